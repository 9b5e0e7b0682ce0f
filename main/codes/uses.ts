import type { CodeUse } from '../../shared/contract'
import type { Concept } from '../../shared/records/code-set/concept'
import { isIcd10 } from './shipped'

/** Chapters of ICD-10 by the letters of their codes, and what they cost more (above 0) or less for each use. */
const chapters: readonly { readonly codes: RegExp; readonly extra: Readonly<Record<CodeUse, number>> }[] = [
  // XVIII: symptoms, signs and abnormal findings.
  { codes: /^R/, extra: { symptom: -8, diagnosis: 1 } },
  // XV, XVI: pregnancy and childbirth, the newborn: only those who are meant.
  { codes: /^[OP]/, extra: { symptom: 6, diagnosis: 4 } },
  // XX: what an injury came from.
  { codes: /^[V-Y]/, extra: { symptom: 12, diagnosis: 10 } },
  // XXI: reasons for contact that are no disease.
  { codes: /^Z/, extra: { symptom: 8, diagnosis: 6 } },
]

/** What a code of a code set costs more for a use; code sets other than ICD-10 have no such chapters. */
export const extraOf = (system: string, use: CodeUse) => ({ code }: Concept): number =>
  isIcd10(system) ? (chapters.find(({ codes }) => codes.test(code))?.extra[use] ?? 0) : 0

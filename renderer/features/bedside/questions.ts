import type { BedEntry, ServedPatient } from '../../../shared/contract'

/** What two workstations said apart of beds, and a person has to settle. */
export type BedQuestion =
  /** More than one patient was put into a bed, or somebody into one that another workstation emptied. */
  | { readonly kind: 'two-in-one'; readonly bed: BedEntry; readonly beside: NonNullable<BedEntry['beside']> }
  /** One patient was put into more than one bed. */
  | { readonly kind: 'one-in-two'; readonly patient: ServedPatient; readonly beds: readonly BedEntry[] }

/** Everything that is to be settled about the beds, in their order. */
export const bedQuestions = (beds: readonly BedEntry[]): BedQuestion[] => {
  const inOne = beds.flatMap((bed): BedQuestion[] => (bed.beside ? [{ kind: 'two-in-one', bed, beside: bed.beside }] : []))
  const lying = new Map<string, BedEntry[]>()
  for (const bed of beds) if (bed.patient) lying.set(bed.patient.id, [...(lying.get(bed.patient.id) ?? []), bed])
  const inTwo = [...lying.values()].flatMap((of): BedQuestion[] => (of.length > 1 && of[0]?.patient ? [{ kind: 'one-in-two', patient: of[0].patient, beds: of }] : []))
  return [...inOne, ...inTwo]
}

/** Whether a question is about a patient. */
export const isAbout = (question: BedQuestion, patient: string): boolean =>
  question.kind === 'one-in-two' ? question.patient.id === patient : question.bed.patient?.id === patient || question.beside.some((seat) => seat.patient.id === patient)

/** Whether a question is about a bed. */
export const isAt = (question: BedQuestion, bed: string): boolean => (question.kind === 'one-in-two' ? question.beds.some(({ id }) => id === bed) : question.bed.id === bed)

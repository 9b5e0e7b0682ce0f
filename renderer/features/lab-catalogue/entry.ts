import { orderedModalities, type Catalogue, type CataloguePanel, type CatalogueSet, type CatalogueTest, type OrderPriority, type PanelAsk, type SetAsk, type SetImaging, type TestAsk } from '../../../shared/contract'
import { catalogueCode, type ResultKind } from '../../../shared/records/lab-catalogue/catalogue'
import { readTypedNumber } from '../../../shared/records/typedNumber'
import { readUnit } from '../../../shared/standards/ucum'

/** An entry of the catalogue as it is typed. Fields that its kind does not have stay empty. */
export interface EntryDraft {
  readonly code: string
  readonly name: string
  readonly loinc: string
  readonly result: ResultKind
  readonly unit: string
  readonly decimals: string
  readonly answers: string
  readonly specimen: string
  readonly method: string
  readonly price: string
  readonly words: string
  /** Codes: of a panel its tests, of a set what it orders. */
  readonly holds: string
  readonly imaging: string
  readonly priority: OrderPriority | 'none'
  readonly isRetired: boolean
}

/** What is wrong with a field, in the catalogue's wording, with its facts. */
export type Faults = Partial<Readonly<Record<keyof EntryDraft, { readonly id: 'code.fault' | 'code.taken' | 'name.fault' | 'loinc.fault' | 'unit.fault' | 'decimals.fault' | 'answers.fault' | 'price.fault' | 'tests.fault' | 'tests.none' | 'orders.fault' | 'imaging.fault' | 'set.none'; readonly facts?: Readonly<Record<string, string>> }>>>

/** What came of reading a draft. */
export type Read<Ask> = { readonly ask: Ask } | { readonly faults: Faults }

/** An empty draft, or that of an entry. */
export const draftOf = (entry?: Partial<CatalogueTest & CataloguePanel & CatalogueSet>): EntryDraft => ({
  code: entry?.code ?? '', name: entry?.name ?? '', loinc: entry?.loinc ?? '', result: entry?.result ?? 'numeric', unit: entry?.unit ?? '', decimals: entry?.decimals === undefined ? '' : String(entry.decimals),
  answers: (entry?.answers ?? []).join('\n'), specimen: entry?.specimen ?? 'blood-serum', method: entry?.method ?? '', price: entry?.price === undefined ? '' : String(entry.price),
  words: (entry?.words ?? []).join(', '), holds: (entry?.tests ?? entry?.orders ?? []).join(', '), imaging: (entry?.imaging ?? []).map(({ modality, bodyPart }) => `${modality} ${bodyPart}`).join('\n'),
  priority: entry?.priority ?? 'none', isRetired: entry?.isRetired ?? false,
})

const listed = (text: string, by: RegExp): string[] => text.split(by).map((each) => each.trim()).filter((each) => each !== '')
const some = <Name extends string, Value>(name: Name, value: Value | undefined): { readonly [Key in Name]?: Value } => (value === undefined || value === '' ? {} : ({ [name]: value } as { readonly [Key in Name]?: Value }))

interface Shared {
  readonly faults: { -readonly [Field in keyof Faults]: Faults[Field] }
  readonly told: { readonly code: string; readonly name: string; readonly loinc?: string; readonly price?: number; readonly words?: string[]; readonly isRetired?: boolean }
}

/** What tests, panels and sets have in common. `taken`: codes of other entries. */
const sharedOf = (draft: EntryDraft, taken: readonly string[]): Shared => {
  const [code, name, loinc, price, words] = [draft.code.trim(), draft.name.trim(), draft.loinc.trim(), draft.price.trim(), listed(draft.words, /[,;]/)]
  const faults: Shared['faults'] = {}
  if (!catalogueCode.test(code)) faults.code = { id: 'code.fault' }
  else if (taken.includes(code)) faults.code = { id: 'code.taken' }
  if (name === '') faults.name = { id: 'name.fault' }
  if (loinc !== '' && !/^\d{1,7}-\d$/.test(loinc)) faults.loinc = { id: 'loinc.fault' }
  const amount = readTypedNumber(price)
  if (price !== '' && !(amount.kind === 'number' && /^\d{1,9}(?:\.\d{1,4})?$/.test(amount.text))) faults.price = { id: 'price.fault' }
  return {
    faults,
    told: { code, name, ...some('loinc', loinc), ...(amount.kind === 'number' && { price: amount.value }), ...(words.length > 0 && { words: words.slice(0, 30) }), ...(draft.isRetired && { isRetired: true }) },
  }
}

const outcome = <Ask>(faults: Faults, ask: Ask): Read<Ask> => (Object.keys(faults).length > 0 ? { faults } : { ask })

/** A test as it was typed. */
export const readTest = (draft: EntryDraft, taken: readonly string[]): Read<TestAsk> => {
  const { faults, told } = sharedOf(draft, taken)
  const [unit, decimals, answers] = [draft.unit.trim(), draft.decimals.trim(), listed(draft.answers, /\n/)]
  const isNumber = draft.result === 'numeric'
  if (isNumber && unit !== '' && readUnit(unit) === undefined) faults.unit = { id: 'unit.fault' }
  if (isNumber && decimals !== '' && !/^[0-6]$/.test(decimals)) faults.decimals = { id: 'decimals.fault' }
  if (draft.result === 'coded' && answers.length === 0) faults.answers = { id: 'answers.fault' }
  return outcome(faults, {
    ...told, result: draft.result, specimen: draft.specimen, ...some('method', draft.method.trim()),
    ...(isNumber && some('unit', unit)), ...(isNumber && decimals !== '' && { decimals: Number(decimals) }), ...(draft.result === 'coded' && { answers: answers.slice(0, 60) }),
  })
}

/** Codes as the catalogue has them, whatever the case in which they were typed. */
const codesIn = (text: string, known: readonly string[]): { readonly codes: string[]; readonly unknown: string[] } => {
  const byFolded = new Map(known.map((code) => [code.toLowerCase(), code]))
  const typed = listed(text, /[,;\s]+/)
  return { codes: [...new Set(typed.flatMap((code) => byFolded.get(code.toLowerCase()) ?? []))], unknown: typed.filter((code) => !byFolded.has(code.toLowerCase())) }
}

/** A panel as it was typed. */
export const readPanel = (draft: EntryDraft, taken: readonly string[], { tests }: Pick<Catalogue, 'tests'>): Read<PanelAsk> => {
  const { faults, told } = sharedOf(draft, taken)
  const { codes, unknown } = codesIn(draft.holds, tests.map(({ code }) => code))
  if (unknown.length > 0) faults.holds = { id: 'tests.fault', facts: { codes: unknown.join(', ') } }
  else if (codes.length === 0) faults.holds = { id: 'tests.none' }
  return outcome(faults, { ...told, tests: codes })
}

/** A set as it was typed. */
export const readSet = (draft: EntryDraft, taken: readonly string[], { tests, panels }: Pick<Catalogue, 'tests' | 'panels'>): Read<SetAsk> => {
  const { faults, told: { code, name, isRetired } } = sharedOf(draft, taken)
  const { codes, unknown } = codesIn(draft.holds, [...tests, ...panels].map((each) => each.code))
  const lines = listed(draft.imaging, /\n/)
  const imaging = lines.flatMap((line): SetImaging[] => {
    const [, modality, bodyPart] = /^(\S+)\s+(.+)$/.exec(line) ?? []
    const known = orderedModalities.find((each) => each === modality?.toUpperCase())
    return known && bodyPart ? [{ modality: known, bodyPart }] : []
  })
  if (unknown.length > 0) faults.holds = { id: 'orders.fault', facts: { codes: unknown.join(', ') } }
  else if (codes.length + lines.length === 0) faults.holds = { id: 'set.none' }
  if (imaging.length < lines.length) faults.imaging = { id: 'imaging.fault', facts: { lines: lines.filter((line) => !orderedModalities.some((each) => line.toUpperCase().startsWith(`${each} `))).join(', ') } }
  return outcome(faults, { code, name, orders: codes, imaging, ...(draft.priority !== 'none' && { priority: draft.priority }), ...(isRetired && { isRetired }) })
}

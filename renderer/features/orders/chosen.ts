import type { Catalogue, CatalogueSet, LabOrdersAsk, Orderable, OrderPriority, SetImaging } from '../../../shared/contract'
import { specimenKindOf } from '../../../shared/records/lab-catalogue/catalogue'

/** What is to be ordered by one press. */
export interface Chosen {
  /** Of the act. */
  readonly key: string
  /** Codes of the catalogue, in the order in which they were added. */
  readonly codes: readonly string[]
  /** Orders in words. */
  readonly words: readonly string[]
  readonly imaging: readonly SetImaging[]
  readonly priority: OrderPriority
  readonly reason: string
}

const graver = ['routine', 'urgent', 'asap', 'stat'] as const

/** With one test or panel more; what is there already is not there twice. */
export const withCode = (chosen: Chosen, code: string): Chosen => (chosen.codes.includes(code) ? chosen : { ...chosen, codes: [...chosen.codes, code] })

const isSame = (one: SetImaging, other: SetImaging): boolean => one.modality === other.modality && one.bodyPart === other.bodyPart

/** With everything of a set; a set never makes anything less urgent. */
export const withSet = (chosen: Chosen, { orders, imaging, priority }: CatalogueSet): Chosen => ({
  ...orders.reduce(withCode, chosen),
  imaging: [...chosen.imaging, ...imaging.filter((image) => !chosen.imaging.some((each) => isSame(each, image)))],
  priority: priority !== undefined && graver.indexOf(priority) > graver.indexOf(chosen.priority) ? priority : chosen.priority,
})

/** Whether there is nothing to order. */
export const isNothing = ({ codes, words, imaging }: Chosen): boolean => codes.length + words.length + imaging.length === 0

/** How many orders it comes to. */
export const countOf = ({ codes, words, imaging }: Chosen): number => codes.length + words.length + imaging.length

/** As the practice host is asked. */
export const askOf = (patient: string, { key, codes, words, imaging, priority, reason }: Chosen): LabOrdersAsk => ({
  key, patient, orders: [...codes.map((code) => ({ code })), ...words.map((each) => ({ words: each }))], imaging: [...imaging], priority, reason: reason.trim(),
})

/** The kinds of tubes that are needed, each once. */
export const tubesOf = (items: readonly Orderable[], { specimens }: Pick<Catalogue, 'specimens'>): string[] => {
  const kinds = new Set(items.flatMap(({ tests }) => tests.filter(({ isCalculated }) => !isCalculated).map(({ specimen }) => specimenKindOf(specimen).code)))
  return specimens.filter(({ code }) => kinds.has(code)).map(({ name, container }) => `${name} (${container})`)
}

/** What it costs, where all of it has a price: that of a panel, else its tests' together. */
export const priceOf = (items: readonly Orderable[]): number | undefined => {
  const prices = items.map(({ price, tests }) => price ?? tests.filter(({ isCalculated }) => !isCalculated).reduce<number | undefined>((sum, test) => (sum === undefined || test.price === undefined ? undefined : sum + test.price), 0))
  return prices.length > 0 && prices.every((price) => price !== undefined) ? prices.reduce((sum, price) => sum + price, 0) : undefined
}

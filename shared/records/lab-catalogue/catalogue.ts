import type { ObservationDefinitionQualifiedInterval } from 'fhir/r4'
import type { OrderedModality, OrderPriority } from '../imaging-order/imagingOrder'

/** What a result of a test is: a number with a unit, one of a few answers, or words. */
export const resultKinds = ['numeric', 'coded', 'text'] as const
/** See {@link resultKinds}. */
export type ResultKind = (typeof resultKinds)[number]

/** What is taken of a patient, and into what: one tube of a kind serves all tests that need this kind. */
export interface SpecimenKind {
  readonly code: string
  /** In words: `Blood, EDTA`. */
  readonly name: string
  /** In what it comes to the laboratory: `purple top`. */
  readonly container: string
  /** HL7 v2 table 0487, where it has a code. */
  readonly hl7?: string
}

/** One test of the catalogue. */
export interface CatalogueTest {
  /** The practice's own short code, unique among tests and panels; never changed. */
  readonly code: string
  readonly name: string
  readonly loinc?: string
  readonly result: ResultKind
  /** UCUM unit of a numeric result; `1` for numbers without dimension. Absent: the result has none. */
  readonly unit?: string
  /** Digits after the decimal point with which a number is shown and typed. */
  readonly decimals?: number
  /** The answers of a coded result, in the order of the form. */
  readonly answers?: readonly string[]
  /** See {@link specimenKinds}. */
  readonly specimen: string
  readonly method?: string
  /** In the practice's currency. Absent: no price is known. */
  readonly price?: number
  /** What else people call it. */
  readonly words?: readonly string[]
  /** Reference ranges by sex, age and pregnancy, as R4 has them. Absent: the practice has set none. */
  readonly intervals?: readonly ObservationDefinitionQualifiedInterval[]
  /** It is worked out of other results and never ordered or typed by itself. */
  readonly isCalculated?: boolean
  /** It can be ordered no longer; what was ordered stays. */
  readonly isRetired?: boolean
}

/** Tests that are ordered together under one name. */
export interface CataloguePanel {
  /** See {@link CatalogueTest.code}. */
  readonly code: string
  readonly name: string
  readonly loinc?: string
  /** Codes of the tests, in the order of the report. */
  readonly tests: readonly string[]
  readonly price?: number
  readonly words?: readonly string[]
  readonly isRetired?: boolean
}

/** An imaging order of a set. */
export interface SetImaging {
  readonly modality: OrderedModality
  readonly bodyPart: string
}

/** Orders that are made together by one press. */
export interface CatalogueSet {
  readonly code: string
  readonly name: string
  /** Codes of tests and panels; each becomes an order. */
  readonly orders: readonly string[]
  readonly imaging: readonly SetImaging[]
  /** How soon, where the set says so. */
  readonly priority?: OrderPriority
  readonly isRetired?: boolean
}

/** All that can be ordered of a laboratory. */
export interface Catalogue {
  readonly specimens: readonly SpecimenKind[]
  readonly tests: readonly CatalogueTest[]
  readonly panels: readonly CataloguePanel[]
  readonly sets: readonly CatalogueSet[]
}

/** What can be ordered by itself: a test, or a panel with its tests. */
export interface Orderable {
  readonly code: string
  readonly name: string
  readonly loinc?: string
  /** The tests that it asks for; of a test, itself. */
  readonly tests: readonly CatalogueTest[]
  readonly isPanel: boolean
  readonly price?: number
  readonly words: readonly string[]
}

/** Shape of a code of the catalogue. */
export const catalogueCode = /^[A-Za-z0-9][A-Za-z0-9%#._+-]{0,29}$/

/** The specimen kinds. A practice's tests name one of them; an unknown one counts as `other`. */
export const specimenKinds: readonly SpecimenKind[] = [
  { code: 'blood-edta', name: 'Blood, EDTA', container: 'purple top', hl7: 'BLD' },
  { code: 'blood-serum', name: 'Blood, serum', container: 'red or yellow top', hl7: 'SER' },
  { code: 'blood-fluoride', name: 'Blood, fluoride', container: 'grey top', hl7: 'PLAS' },
  { code: 'blood-citrate', name: 'Blood, citrate', container: 'blue top, filled to the mark', hl7: 'PLAS' },
  { code: 'blood-heparin', name: 'Blood, lithium heparin', container: 'green top', hl7: 'PLAS' },
  { code: 'blood-culture', name: 'Blood culture', container: 'culture bottles', hl7: 'BLD' },
  { code: 'blood-capillary', name: 'Capillary blood', container: 'finger prick', hl7: 'BLDC' },
  { code: 'urine', name: 'Urine', container: 'clean cup', hl7: 'UR' },
  { code: 'urine-sterile', name: 'Urine, midstream', container: 'sterile cup', hl7: 'UR' },
  { code: 'stool', name: 'Stool', container: 'stool cup', hl7: 'STL' },
  { code: 'sputum', name: 'Sputum', container: 'sputum cup', hl7: 'SPT' },
  { code: 'swab-throat', name: 'Throat swab', container: 'swab', hl7: 'THRT' },
  { code: 'swab-nasal', name: 'Nasopharyngeal swab', container: 'swab' },
  { code: 'swab-genital', name: 'Genital swab', container: 'swab' },
  { code: 'swab-wound', name: 'Wound swab', container: 'swab', hl7: 'WND' },
  { code: 'csf', name: 'Cerebrospinal fluid', container: 'sterile tube', hl7: 'CSF' },
  { code: 'other', name: 'Other specimen', container: 'as agreed with the laboratory' },
]

/** The kind of this code; one that nobody knows is `other`. */
export const specimenKindOf = (code: string): SpecimenKind => specimenKinds.find((kind) => kind.code === code) ?? specimenKinds.at(-1)!

/** Everything that can be ordered by itself, panels first; retired and calculated tests are left out, and so are panels of which nothing is left. */
export const orderablesOf = ({ tests, panels }: Pick<Catalogue, 'tests' | 'panels'>): Orderable[] => {
  const known = new Map(tests.map((test) => [test.code, test]))
  return [
    ...panels.flatMap((panel): Orderable[] => {
      const asked = panel.tests.flatMap((code) => known.get(code) ?? []).filter(({ isRetired }) => !isRetired)
      if (panel.isRetired || asked.length === 0) return []
      return [{ code: panel.code, name: panel.name, ...named(panel), tests: asked, isPanel: true, words: panel.words ?? [] }]
    }),
    ...tests.filter(({ isRetired, isCalculated }) => !isRetired && !isCalculated).map((test): Orderable => ({ code: test.code, name: test.name, ...named(test), tests: [test], isPanel: false, words: test.words ?? [] })),
  ]
}

const named = ({ loinc, price }: { readonly loinc?: string; readonly price?: number }) => ({ ...(loinc !== undefined && { loinc }), ...(price !== undefined && { price }) })

/** Two catalogues as one: an entry of the second stands in the place of the first one's with the same code. */
export const withOwn = (shipped: Catalogue, own: Pick<Catalogue, 'tests' | 'panels' | 'sets'>): Catalogue => ({
  specimens: shipped.specimens,
  tests: replaced(shipped.tests, own.tests),
  panels: replaced(shipped.panels, own.panels),
  sets: replaced(shipped.sets, own.sets),
})

const replaced = <Entry extends { readonly code: string }>(shipped: readonly Entry[], own: readonly Entry[]): Entry[] => {
  const mine = new Map(own.map((entry) => [entry.code, entry]))
  const known = new Set(shipped.map(({ code }) => code))
  return [...shipped.map((entry) => mine.get(entry.code) ?? entry), ...own.filter(({ code }) => !known.has(code))]
}

import * as z from 'zod'
import { orderedModalities, orderPriorities } from '../records/imaging-order/imagingOrder'
import { catalogueCode, resultKinds, specimenKinds, type Catalogue } from '../records/lab-catalogue/catalogue'
import { request } from './request'
import { line, optionalLine } from './shapes'

export type { Catalogue, CataloguePanel, CatalogueSet, CatalogueTest, Orderable, SetImaging, SpecimenKind } from '../records/lab-catalogue/catalogue'

const code = z.string().regex(catalogueCode)
const loinc = z.string().regex(/^\d{1,7}-\d$/)
const price = z.number().finite().min(0).max(1_000_000_000)
const words = z.array(line).max(30)

/** A test as a person writes it; its ranges are set elsewhere and stay. */
const test = z.object({
  code,
  name: line,
  loinc: loinc.optional(),
  result: z.enum(resultKinds),
  /** UCUM. */
  unit: z.string().trim().min(1).max(60).optional(),
  decimals: z.int().min(0).max(6).optional(),
  answers: z.array(line).max(60).optional(),
  specimen: z.enum(specimenKinds.map((kind) => kind.code) as [string, ...string[]]),
  method: optionalLine.optional(),
  price: price.optional(),
  words: words.optional(),
  isRetired: z.boolean().optional(),
}).refine(({ result, answers }) => result !== 'coded' || (answers?.length ?? 0) > 0, { path: ['answers'] })

const panel = z.object({ code, name: line, loinc: loinc.optional(), tests: z.array(code).min(1).max(100), price: price.optional(), words: words.optional(), isRetired: z.boolean().optional() })

const set = z.object({
  code,
  name: line,
  orders: z.array(code).max(60),
  imaging: z.array(z.object({ modality: z.enum(orderedModalities), bodyPart: line })).max(10),
  priority: z.enum(orderPriorities).optional(),
  isRetired: z.boolean().optional(),
}).refine(({ orders, imaging }) => orders.length + imaging.length > 0, { path: ['orders'] })

/** See {@link labCatalogueRequests}. */
export type TestAsk = z.output<typeof test>
/** See {@link labCatalogueRequests}. */
export type PanelAsk = z.output<typeof panel>
/** See {@link labCatalogueRequests}. */
export type SetAsk = z.output<typeof set>

/** What can be ordered of the laboratory. An edit counts from then on; what was ordered and resulted keeps its own copy. */
export const labCatalogueRequests = {
  /** The catalogue as it stands: what ships, with what the practice said in its place. Retired entries are in it. */
  readCatalogue: request(z.undefined(), 'chart.read').answers<Catalogue>(),
  /** Keeps a test under its code; `name-taken` where a panel has it. */
  saveCatalogueTest: request(test, 'lab.configure', 'write').answers<Catalogue>(),
  /** Keeps a panel under its code; `name-taken` where a test has it, `not-found` where it names a test that nobody knows. */
  saveCataloguePanel: request(panel, 'lab.configure', 'write').answers<Catalogue>(),
  /** Keeps a set under its code; `not-found` where it names a test or panel that nobody knows. */
  saveCatalogueSet: request(set, 'lab.configure', 'write').answers<Catalogue>(),
}

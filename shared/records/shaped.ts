import type { FhirResource } from 'fhir/r4'

/** The value where it has the shape, itself where nothing of it is wrong; undefined where it has not. */
type Shape = (value: unknown) => unknown

const text: Shape = (value) => (typeof value === 'string' ? value : undefined)
const number: Shape = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined)
const instant: Shape = (value) => (typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined)

/** A list without the items that have not the shape. */
const list = (item: Shape): Shape => (value) => {
  if (!Array.isArray(value)) return undefined
  const all: readonly unknown[] = value
  let kept: unknown[] | undefined
  for (const [place, each] of all.entries()) {
    const found = item(each)
    if (found !== each) kept ??= all.slice(0, place)
    if (kept && found !== undefined) kept.push(found)
  }
  return kept ?? value
}

/** A thing without those of these members that have not their shape; members that are not named stay as they are. */
const thing = (members: Readonly<Record<string, Shape>>): Shape => (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const all = value as Readonly<Record<string, unknown>>
  let kept: Record<string, unknown> | undefined
  for (const name in members) {
    const is = all[name]
    if (is === undefined) continue
    const found = members[name]!(is)
    if (found === is) continue
    kept ??= { ...all }
    if (found === undefined) delete kept[name]
    else kept[name] = found
  }
  return kept ?? value
}

const reference = thing({ reference: text, display: text })
const concept = thing({ coding: list(thing({ system: text, code: text, display: text })), text })
const identifier = thing({ system: text, value: text })
const quantity = thing({ value: number, comparator: text, unit: text, system: text, code: text })
/** Nothing of ours is deeper; what is deeper was made to be. */
const deepest = 6
const extensionOf = (depth: number): Shape =>
  thing({
    url: text, valueString: text, valueCode: text, valueInstant: text, valueInteger: number, valueDecimal: number, valueReference: reference,
    extension: depth === 0 ? () => undefined : list(extensionOf(depth - 1)),
  })
const extension: Shape = (value) => {
  const found = extensionOf(deepest)(value) as { readonly url?: string } | undefined
  return found?.url === undefined ? undefined : found
}

const resource = thing({
  identifier: list(identifier), basedOn: list(reference), category: list(concept), code: concept, status: text, priority: text, subject: reference, encounter: reference,
  effectiveDateTime: instant, effectivePeriod: thing({ start: instant, end: instant }), issued: instant, authoredOn: instant, sent: instant,
  requester: reference, performer: list(reference), resultsInterpreter: list(reference), result: list(reference), imagingStudy: list(reference), conclusion: text, text: thing({ div: text }),
  orderDetail: list(concept), reasonCode: list(concept), requisition: identifier, extension: list(extension),
  valueQuantity: quantity, valueString: text, valueCodeableConcept: concept, interpretation: list(concept), note: list(thing({ text })),
  referenceRange: list(thing({ text, low: quantity, high: quantity, appliesTo: list(concept) })), component: list(thing({ code: concept, valueQuantity: quantity, valueCodeableConcept: concept })),
  topic: concept, about: list(reference), inResponseTo: list(reference), sender: reference, recipient: list(reference), payload: list(thing({ id: text, contentString: text })),
})

/** Those that have a code: a report, a result and an order; whoever reads them counts on it. */
const coded: readonly string[] = ['DiagnosticReport', 'Observation', 'ServiceRequest']

/**
 * A report, result, order or act about one as everything that reads it may count on: elements of another type than R4 gives them are left out, dates
 * that are none too. What other programs and broken transfers put into a record stays there; it only stops nobody. The record itself where nothing is wrong.
 */
export const shaped = <Resource extends FhirResource>(record: Resource): Resource => {
  const found = (resource(record) ?? { resourceType: record.resourceType }) as Resource & { readonly code?: unknown }
  return coded.includes(found.resourceType) && found.code === undefined ? { ...found, code: {} } : found
}

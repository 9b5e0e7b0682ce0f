import { type Answer, type CatalogueTest, done, type EntrySheet, type EntryTest, refuse, type TypedOutcome } from '../../../shared/contract'
import type { Envelope } from '../../../shared/records/envelope'
import { verificationOf } from '../../../shared/records/diagnostic-report/verification'
import { isImagingOrder } from '../../../shared/records/imaging-order/imagingOrder'
import { calculatedOf, formulas, type FormulaPerson } from '../../../shared/records/observation/calculated'
import { earlierResultsIn, mostEarlier } from '../../../shared/records/observation/earlierResults'
import type { RangePerson } from '../../../shared/records/observation/referenceRange'
import { resultLineOf } from '../../../shared/records/observation/result'
import { numberTyped } from '../../../shared/records/observation/numberTyped'
import type { TypedResult } from '../../../shared/records/observation/typedResult'
import { completedYears } from '../../../shared/records/patient/age'
import { idIn, systems } from '../../../shared/records/systems'
import { resultsOfEach, standingOf } from '../../reports'
import { type Actor, type ChartingParts, instantNow } from '../parts'
import { summaryOf } from '../patients'
import { definitionsOf, tubeOf } from './ordered'
import { personOn } from './person'
import { expectedOf, type RangeCatalogue } from './ranges'

/** How the laboratory puts results on a chart: by its rules, with its alerts, in one write. */
export interface LabFiling {
  fileTyped(
    report: { readonly key: string; readonly order: Envelope<'ServiceRequest'>; readonly accession: string; readonly title: string; readonly results: readonly TypedResult[]; readonly effective: string },
    by: { readonly practitioner: string; readonly name: string },
  ): Promise<Answer<Envelope<'DiagnosticReport'>>>
}

const isCalculatedTest = ({ loinc }: Pick<CatalogueTest, 'loinc'>): boolean => loinc !== undefined && formulas.some((formula) => formula.loinc.includes(loinc))

/** Of whom, as far as a formula asks. */
const formulaPersonOf = ({ gender, birthDate, on }: RangePerson): FormulaPerson => {
  const years = birthDate === undefined ? undefined : completedYears(birthDate, on)
  return { ...((gender === 'male' || gender === 'female') && { sex: gender }), ...(years && { years }) }
}

/** Results as people type them, on the sheet of an order. */
export const openEntry = (parts: ChartingParts, catalogue: Pick<RangeCatalogue, 'read'>, filing: LabFiling) => {
  const { records } = parts.replica

  /** The order of this patient, of the laboratory. */
  const orderFor = async (ask: { readonly patient: string; readonly order: string }): Promise<Envelope<'ServiceRequest'> | undefined> => {
    const order = await records.get('ServiceRequest', ask.order)
    return order && idIn(order.resource.subject, 'Patient') === ask.patient && !isImagingOrder(order.resource) ? order : undefined
  }

  /** Results of a tube that stand on the chart; orders that share it share them. */
  const standingResults = async (patient: string, accession: string): Promise<Envelope<'Observation'>[]> =>
    accession === '' ? [] : (await resultsOfEach(parts.replica, await standingOf(parts.replica, patient, accession))).flat()

  const readSheet = async (ask: { readonly patient: string; readonly order: string }): Promise<(EntrySheet & { readonly envelope: Envelope<'ServiceRequest'>; readonly definitions: readonly CatalogueTest[] }) | undefined> => {
    const [order, patient] = await Promise.all([orderFor(ask), records.get('Patient', ask.patient)])
    if (!order || !patient) return undefined
    const [definitions, tube] = await Promise.all([definitionsOf(order.resource, await catalogue.read()), tubeOf(records, order)])
    const person = await personOn(parts.replica, patient, tube.collectedAt ?? instantNow(parts))
    const results = await standingResults(patient.id, tube.accession)
    const codes = definitions.map(({ loinc, code }) => loinc ?? code)
    const lastOf = earlierResultsIn(await records.find('Observation', { where: { subject: patient.id, code: { in: codes } }, sort: { by: 'date', order: 'descending' }, limit: mostEarlier }))
    const tests = definitions.map((test): EntryTest => {
      const { code, name, loinc, result, unit, decimals, answers, method } = test
      const standing = results.find(({ resource }) => isOf(test, resource))
      const earlier = lastOf(loinc ?? code, { before: instantNow(parts), order: order.id })
      return {
        code, name, result,
        ...(loinc !== undefined && { loinc }), ...(unit !== undefined && { unit }), ...(decimals !== undefined && { decimals }), ...(answers && { answers }), ...(method !== undefined && { method }),
        expected: expectedOf(test, person),
        isCalculated: isCalculatedTest(test),
        ...(standing && { standing: { line: resultLineOf(standing.resource), state: stateOf(standing) } }),
        ...(earlier && { earlier: { text: [earlier.value, earlier.unit].filter((part) => part !== undefined).join(' '), at: earlier.at } }),
      }
    })
    return {
      order: order.id, accession: tube.accession, title: order.resource.code?.text ?? '', patient: summaryOf(patient), person,
      ...(tube.collectedAt !== undefined && { collectedAt: tube.collectedAt }), tests, envelope: order, definitions,
    }
  }

  /** A line of the sheet as a result; undefined where it cannot be one. */
  const typedOf = (test: CatalogueTest, told: { readonly text: string; readonly comment?: string | undefined }, person: RangePerson): TypedResult | undefined => {
    const { code, name, loinc, unit, method, decimals: _decimals } = test
    const { range } = expectedOf(test, person)
    const plain = { code, name, ...(loinc !== undefined && { loinc }), ...(method !== undefined && { method }), ...(told.comment ? { comment: told.comment } : {}) }
    if (test.result === 'coded') return test.answers?.includes(told.text) ? { ...plain, text: told.text, isCoded: true } : undefined
    if (test.result === 'text') return { ...plain, text: told.text }
    const number = numberTyped(told.text)
    // Words such as "haemolysed" say why there is no number; anything else is a slip.
    if (!number) return /\p{L}{3}/u.test(told.text) ? { ...plain, text: told.text } : undefined
    return { ...plain, ...number, ...(unit !== undefined && unit !== '1' && { unit }), ...(range && { range }) }
  }

  return {
    read: async (ask: { readonly patient: string; readonly order: string }): Promise<Answer<EntrySheet>> => {
      const sheet = await readSheet(ask)
      if (!sheet) return refuse('not-found')
      const { envelope: _envelope, definitions: _definitions, ...shown } = sheet
      return done(shown)
    },

    /** Sent again as it was, it is one report; what was changed since is another, in the place of what still waits. */
    save: (ask: { readonly key: string; readonly patient: string; readonly order: string; readonly results: readonly { readonly code: string; readonly text: string; readonly comment?: string | undefined }[]; readonly takenAt?: string | undefined }, actor: Actor & { readonly name: string }): Promise<Answer<TypedOutcome>> =>
      parts.once(
        `typed:${ask.order}:${actOf(ask)}`,
        async () => {
          const sheet = await readSheet(ask)
          if (!sheet) return refuse('not-found')
          const effective = sheet.collectedAt ?? ask.takenAt ?? instantNow(parts)
          const patient = await records.get('Patient', ask.patient)
          const person = patient ? await personOn(parts.replica, patient, effective) : sheet.person
          const typed: TypedResult[] = []
          for (const told of ask.results.filter(({ text }) => text !== '')) {
            const test = sheet.definitions.find(({ code }) => code === told.code)
            const result = test && typedOf(test, told, person)
            if (!result) return refuse('implausible-value', { field: told.code })
            typed.push(result)
          }
          if (typed.length === 0) return refuse('no-reading')
          const results = [...typed, ...followingFrom(typed, sheet, person, (await catalogue.read()).tests)]
          const filed = await filing.fileTyped({ key: actOf(ask), order: sheet.envelope, accession: sheet.accession, title: sheet.title, results, effective }, { practitioner: actor.practitioner, name: actor.name })
          if (!filed.ok) return filed
          return done({ report: filed.value.id, state: filed.value.resource.status === 'preliminary' ? 'unverified' : 'verified' })
        },
        (answer) => answer.ok,
      ),
  }
}

/** What makes a save one act: its key, and what was typed. */
const actOf = ({ key, results }: { readonly key: string; readonly results: readonly { readonly code: string; readonly text: string; readonly comment?: string | undefined }[] }): string =>
  JSON.stringify([key, results.map(({ code, text, comment = '' }) => [code, text, comment])])

const isOf = ({ loinc, code }: Pick<CatalogueTest, 'loinc' | 'code'>, resource: Envelope<'Observation'>['resource']): boolean => {
  const known = resource.code.coding?.find(({ system }) => system === systems.loinc)?.code
  return loinc !== undefined && known !== undefined ? loinc === known : resultLineOf(resource).code === code
}

const stateOf = ({ resource }: Envelope<'Observation'>): 'waiting' | 'accepted' | 'rejected' => {
  if (resource.status === 'cancelled' || resource.status === 'entered-in-error') return 'rejected'
  return resource.status === 'preliminary' && verificationOf(resource)?.state !== 'accepted' ? 'waiting' : 'accepted'
}

/** What follows from typed results; what stands on the chart already, or was typed, is not worked out beside it. */
const followingFrom = (typed: readonly TypedResult[], sheet: EntrySheet, person: RangePerson, catalogue: readonly CatalogueTest[]): TypedResult[] => {
  const decided = new Set(sheet.tests.filter(({ standing }) => standing?.state === 'accepted').flatMap(({ loinc }) => loinc ?? []))
  return calculatedOf(typed, formulaPersonOf(person), catalogue).values
    .filter(({ loinc }) => !decided.has(loinc))
    .map(({ formula, code, name, loinc, text, value, unit, from, inputs }): TypedResult => {
      const { range } = expectedOf(catalogue.find((test) => test.loinc === loinc) ?? { result: 'numeric', loinc, unit }, person)
      return { code, name, loinc, text, value, unit, ...(range && { range }), calculation: { source: formula.source, formula: formula.text, inputs, from } }
    })
}

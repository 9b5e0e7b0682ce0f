import type { Encounter, Observation } from 'fhir/r4'
import { encounterOf } from '../encounter/encounter'
import { idIn, referenceTo, systems } from '../systems'
import { triageSigns, type TriageChart, type TriageColour, type TriageSign } from './iitt'

/** Code of the Observation that says how urgent somebody is. */
export const triageCode = 'iitt'

/** LOINC answers for the colour. */
const colours = { red: 'LA17696-8', yellow: 'LA17695-0', green: 'LA17694-3' } as const

/** What was found and said at a triage; kept as it was, whatever becomes of the tool. */
export interface TriageFacts {
  readonly chart: TriageChart
  readonly signs: readonly TriageSign[]
  readonly isPregnant: boolean
  /** What the tool said. */
  readonly computed: TriageColour
  /** What holds: never less urgent. */
  readonly colour: TriageColour
  readonly reasons: readonly string[]
  readonly highRisk: readonly string[]
  readonly missing: readonly string[]
}

/** A walk-in: somebody who has arrived and waits. */
export const arrival = (told: { readonly subject: string; readonly at: string; readonly reason: string; readonly practitioner: string }): Encounter => ({
  ...encounterOf({ subject: told.subject, start: told.at, reason: told.reason, practitioner: told.practitioner }),
  status: 'arrived',
})

const concept = (code: string) => ({ coding: [{ system: systems.triage, code }] })
const words = (code: string, values: readonly string[]) => ({ code: concept(code), valueCodeableConcept: { coding: values.map((value) => ({ system: systems.triage, code: value })) } })

/** The Observation of a triage. */
export const triageObservation = (facts: TriageFacts, told: { readonly subject: string; readonly encounter: string; readonly effective: string; readonly performer: string }): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  category: [{ coding: [{ system: systems.observationCategory, code: 'survey' }] }],
  code: { coding: [{ system: systems.triage, code: triageCode, display: 'Interagency Integrated Triage Tool' }], text: 'Triage' },
  subject: referenceTo('Patient', told.subject),
  encounter: referenceTo('Encounter', told.encounter),
  effectiveDateTime: told.effective,
  performer: [referenceTo('Practitioner', told.performer)],
  valueCodeableConcept: { coding: [{ system: systems.loinc, code: colours[facts.colour] }, { system: systems.triage, code: facts.colour }], text: facts.colour },
  component: [
    words('chart', [facts.chart]),
    words('signs', facts.signs),
    words('pregnant', [facts.isPregnant ? 'yes' : 'no']),
    words('computed', [facts.computed]),
    words('reasons', facts.reasons),
    words('high-risk', facts.highRisk),
    words('missing', facts.missing),
  ],
})

const isColour = (text: string | undefined): text is TriageColour => text !== undefined && Object.hasOwn(colours, text)

/** What a triage said, of whom, when and by whom; undefined when the record is none. */
export const triageFacts = (observation: Observation): (TriageFacts & { readonly encounter: string; readonly at: string; readonly by: string }) | undefined => {
  if (!observation.code.coding?.some(({ system, code }) => system === systems.triage && code === triageCode)) return undefined
  const wordsOf = (code: string): string[] =>
    (observation.component?.find((each) => each.code.coding?.[0]?.code === code)?.valueCodeableConcept?.coding ?? []).flatMap((coding) => coding.code ?? [])
  const colour = observation.valueCodeableConcept?.coding?.find(({ system }) => system === systems.triage)?.code
  const [computed] = wordsOf('computed')
  const encounter = idIn(observation.encounter, 'Encounter')
  if (!isColour(colour) || encounter === undefined) return undefined
  return {
    encounter,
    at: observation.effectiveDateTime ?? '',
    by: idIn(observation.performer?.[0], 'Practitioner') ?? '',
    colour,
    computed: isColour(computed) ? computed : colour,
    chart: wordsOf('chart')[0] === 'child' ? 'child' : 'adult',
    isPregnant: wordsOf('pregnant')[0] === 'yes',
    signs: wordsOf('signs').filter((sign): sign is TriageSign => Object.hasOwn(triageSigns, sign)),
    reasons: wordsOf('reasons'),
    highRisk: wordsOf('high-risk'),
    missing: wordsOf('missing'),
  }
}

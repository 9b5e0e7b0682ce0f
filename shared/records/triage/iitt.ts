import { completedAges } from '../patient/age'
import type { VitalCode } from '../observation/vitals'

/*
 * Interagency Integrated Triage Tool (World Health Organization, International Committee of the Red Cross, Médecins Sans Frontières; charts
 * "Age ≥ 12" and "Age < 12", artwork of 26-Mar-2020, who.int/tools/triage). The criteria are the tool's; the words of the screens are ours.
 * Of the high-risk vital signs under 12 only those are in that a second source has as well; the rest stands on the tool's own card.
 */

/** How soon somebody has to be seen. `red`: at once. `yellow`: soon. `green`: can wait. */
export type TriageColour = 'red' | 'yellow' | 'green'

/** From the most urgent on. */
export const triageColours: readonly TriageColour[] = ['red', 'yellow', 'green']

/** The chart that is used: from 12 years on, or under. */
export type TriageChart = 'adult' | 'child'

/** Where a sign stands on the chart. */
export type SignGroup = 'airway' | 'circulation' | 'disability' | 'other' | 'pregnant'

/** What a sign means by itself: a colour, or nothing (`part`), where only two of several count. */
type Weight = 'red' | 'yellow' | 'part'

interface TriageSignDefinition {
  readonly group: SignGroup
  readonly adult?: Weight
  readonly child?: Weight
}

/** Every sign that is looked for, in the order of the charts. */
export const triageSigns = {
  unresponsive: { group: 'airway', adult: 'red', child: 'red' },
  stridor: { group: 'airway', adult: 'red', child: 'red' },
  'respiratory-distress': { group: 'airway', adult: 'red', child: 'red' },
  'mouth-throat-neck-swelling': { group: 'airway', adult: 'yellow', child: 'yellow' },
  wheezing: { group: 'airway', adult: 'yellow', child: 'yellow' },
  'capillary-refill': { group: 'circulation', adult: 'red', child: 'red' },
  'weak-fast-pulse': { group: 'circulation', adult: 'red', child: 'red' },
  'heavy-bleeding': { group: 'circulation', adult: 'red', child: 'red' },
  'cold-extremities': { group: 'circulation', child: 'red' },
  lethargy: { group: 'circulation', child: 'part' },
  'sunken-eyes': { group: 'circulation', child: 'part' },
  'slow-skin-pinch': { group: 'circulation', child: 'part' },
  'drinks-poorly': { group: 'circulation', child: 'part' },
  'vomits-everything': { group: 'circulation', adult: 'yellow', child: 'yellow' },
  'ongoing-diarrhoea': { group: 'circulation', adult: 'yellow', child: 'yellow' },
  'unable-to-drink': { group: 'circulation', adult: 'yellow', child: 'yellow' },
  dehydration: { group: 'circulation', child: 'yellow' },
  'severe-pallor': { group: 'circulation', adult: 'yellow', child: 'yellow' },
  'ongoing-bleeding': { group: 'circulation', adult: 'yellow' },
  'recent-fainting': { group: 'circulation', adult: 'yellow' },
  convulsions: { group: 'disability', adult: 'red', child: 'red' },
  hypoglycaemia: { group: 'disability', adult: 'red', child: 'red' },
  'altered-mental-status': { group: 'disability', adult: 'yellow', child: 'yellow' },
  'stiff-neck': { group: 'disability', adult: 'part', child: 'part' },
  'fever-or-hypothermia': { group: 'disability', adult: 'part', child: 'part' },
  headache: { group: 'disability', adult: 'part', child: 'yellow' },
  agitation: { group: 'disability', adult: 'yellow' },
  'restless-or-irritable': { group: 'disability', child: 'yellow' },
  weakness: { group: 'disability', adult: 'yellow' },
  'focal-neurology': { group: 'disability', adult: 'yellow' },
  'visual-disturbance': { group: 'disability', adult: 'yellow' },
  'severe-pain': { group: 'disability', adult: 'yellow', child: 'yellow' },
  'high-risk-trauma': { group: 'other', adult: 'red', child: 'red' },
  poisoning: { group: 'other', adult: 'red', child: 'red' },
  'threatened-limb': { group: 'other', adult: 'red', child: 'red' },
  'snake-bite': { group: 'other', adult: 'red', child: 'red' },
  'chest-or-abdominal-pain': { group: 'other', adult: 'part' },
  'ecg-ischaemia': { group: 'other', adult: 'red' },
  violent: { group: 'other', adult: 'red' },
  'testicular-pain': { group: 'other', adult: 'yellow', child: 'red' },
  'new-rash': { group: 'other', adult: 'yellow', child: 'yellow' },
  'limb-deformity': { group: 'other', adult: 'yellow' },
  'open-fracture': { group: 'other', adult: 'yellow' },
  dislocation: { group: 'other', adult: 'yellow' },
  'other-trauma': { group: 'other', adult: 'yellow', child: 'yellow' },
  malnutrition: { group: 'other', child: 'yellow' },
  'urgent-surgery': { group: 'other', adult: 'yellow', child: 'yellow' },
  'sexual-assault': { group: 'other', adult: 'yellow', child: 'yellow' },
  'no-urine': { group: 'other', adult: 'yellow' },
  exposure: { group: 'other', adult: 'yellow', child: 'yellow' },
  'pregnant-referred': { group: 'pregnant', adult: 'yellow', child: 'yellow' },
  'pregnant-bleeding': { group: 'pregnant', adult: 'red', child: 'red' },
  'pregnant-abdominal-pain': { group: 'pregnant', adult: 'red', child: 'red' },
  'pregnant-seizure': { group: 'pregnant', adult: 'red', child: 'red' },
  'pregnant-headache': { group: 'pregnant', adult: 'red', child: 'red' },
  'pregnant-visual': { group: 'pregnant', adult: 'red', child: 'red' },
  'pregnant-labour': { group: 'pregnant', adult: 'red', child: 'red' },
  'pregnant-trauma': { group: 'pregnant', adult: 'red', child: 'red' },
} as const satisfies Readonly<Record<string, TriageSignDefinition>>

/** A sign of the charts. */
export type TriageSign = keyof typeof triageSigns

/** Every sign, in the order of the charts. */
export const triageSignIds = Object.keys(triageSigns) as readonly TriageSign[]

const definitionOf = (sign: TriageSign): TriageSignDefinition => triageSigns[sign]

/** The signs of a chart, in its order; those of pregnancy only where somebody is pregnant. */
export const signsOfChart = (chart: TriageChart, isPregnant: boolean): readonly TriageSign[] =>
  triageSignIds.filter((sign) => definitionOf(sign)[chart] !== undefined && (isPregnant || definitionOf(sign).group !== 'pregnant'))

/** What a sign means by itself on a chart. */
export const weightOf = (sign: TriageSign, chart: TriageChart): Weight | undefined => definitionOf(sign)[chart]

/** What somebody found who looked at a patient. */
export interface TriageFindings {
  readonly chart: TriageChart
  readonly signs: readonly TriageSign[]
  readonly isPregnant: boolean
  /** Numbers and AVPU; what was not taken is absent. */
  readonly values: Readonly<Partial<Record<VitalCode, number | string>>>
  /** FHIR date; absent: nobody knows. */
  readonly birthDate?: string
}

/** Why somebody has a colour: a sign, or what the numbers and the age say. */
export type TriageReason =
  | TriageSign
  | 'two-neurological'
  | 'two-of-dehydration'
  | 'altered-with-fever'
  | 'pain-over-50'
  | 'pulse-extreme'
  | 'pregnant-pressure'
  | 'under-8-days'
  | 'under-2-months-temperature'
  | 'under-6-months'

/** A vital sign of high risk: the tool wants somebody senior to look at once, or a higher colour. */
export type HighRiskSign = 'pulse' | 'respiratory-rate' | 'temperature' | 'spo2' | 'avpu'

/** What the tool says. */
export interface TriageResult {
  readonly colour: TriageColour
  /** Of the colour; none for green. */
  readonly reasons: readonly TriageReason[]
  /** Only below red. */
  readonly highRisk: readonly HighRiskSign[]
  /** Vital signs that the tool looks at and nobody took: below red, the colour is only as sure as they are. */
  readonly missing: readonly HighRiskSign[]
}

/** The chart by age; undefined where the birth date leaves both open, or is not known: somebody has to say. */
export const chartByAge = (birthDate: string | undefined, today: string): TriageChart | undefined => {
  const ages = birthDate === undefined ? undefined : completedAges(birthDate, today)
  if (!ages) return undefined
  return ages.youngest.years >= 12 ? 'adult' : ages.oldest.years < 12 ? 'child' : undefined
}

const lookedAt: readonly HighRiskSign[] = ['pulse', 'respiratory-rate', 'temperature', 'spo2', 'avpu']

/** What counts where only two of several do: adults, "any two of" under disability; children, under circulation. */
const neurological: readonly TriageSign[] = ['altered-mental-status', 'fever-or-hypothermia', 'stiff-neck', 'headache']
const dehydrated: readonly TriageSign[] = ['lethargy', 'sunken-eyes', 'slow-skin-pinch', 'drinks-poorly']

const outside = (value: number | string | undefined, low: number, high: number): boolean => typeof value === 'number' && (value < low || value > high)
const over = (value: number | string | undefined, limit: number): boolean => typeof value === 'number' && value > limit

/**
 * The colour by the tool. What nobody looked for counts as not found, as on paper; what the numbers say is said, and what was not
 * taken is named. Where the birth date leaves an age open, a sign that hangs on it counts as the more urgent.
 * @param today YYYY-MM-DD where the patient is
 */
export const triage = ({ chart, signs: found, isPregnant, values, birthDate }: TriageFindings, today: string): TriageResult => {
  const shown = new Set(signsOfChart(chart, isPregnant))
  const signs = found.filter((sign) => shown.has(sign))
  const has = (sign: TriageSign) => signs.includes(sign)
  const count = (of: readonly TriageSign[]) => of.filter(has).length
  const ages = birthDate === undefined ? undefined : completedAges(birthDate, today)
  const isHot = outside(values.temperature, 36, 39)
  const reasonsIf = (...pairs: readonly (readonly [TriageReason, boolean])[]): TriageReason[] => pairs.flatMap(([reason, holds]) => (holds ? [reason] : []))
  const bySign = (weight: Weight) => signs.filter((sign) => weightOf(sign, chart) === weight)

  const red: TriageReason[] = [
    ...bySign('red'),
    // U of AVPU is that sign by another name.
    ...reasonsIf(['unresponsive', values.avpu === 'U' && !has('unresponsive')]),
    ...(chart === 'adult'
      ? reasonsIf(
          ['two-neurological', count(neurological) >= 2],
          // "Over 50 years old": somebody is, from the fiftieth birthday on.
          ['pain-over-50', has('chest-or-abdominal-pain') && (ages === undefined || ages.oldest.years >= 50)],
          ['pulse-extreme', outside(values.pulse, 50, 150)],
        )
      : reasonsIf(
          ['two-of-dehydration', count(dehydrated) >= 2],
          ['altered-with-fever', has('altered-mental-status') && (has('stiff-neck') || has('fever-or-hypothermia'))],
          ['under-8-days', ages !== undefined && ages.youngest.days < 8],
          ['under-2-months-temperature', isHot && ages !== undefined && ages.youngest.months < 2],
        )),
    ...reasonsIf(['pregnant-pressure', isPregnant && (over(values['bp-systolic'], 159) || over(values['bp-diastolic'], 109))]),
  ]
  if (red.length > 0) return { colour: 'red', reasons: red, highRisk: [], missing: [] }

  const yellow: TriageReason[] = [
    ...bySign('yellow'),
    ...(chart === 'child' ? reasonsIf(['lethargy', has('lethargy')], ['under-6-months', ages !== undefined && ages.youngest.months < 6], ['pregnant-referred', isPregnant && !has('pregnant-referred')]) : []),
  ]
  const isAlert = values.avpu === undefined || values.avpu === 'A'
  const isOverFive = ages !== undefined && ages.youngest.years >= 5
  const highRisk: Readonly<Record<HighRiskSign, boolean>> = {
    pulse: chart === 'adult' && outside(values.pulse, 60, 130),
    'respiratory-rate': chart === 'adult' ? outside(values['respiratory-rate'], 10, 30) : isOverFive && over(values['respiratory-rate'], 30),
    temperature: isHot,
    spo2: typeof values.spo2 === 'number' && values.spo2 < 92,
    avpu: !isAlert,
  }
  return {
    colour: yellow.length > 0 ? 'yellow' : 'green',
    reasons: yellow,
    highRisk: lookedAt.filter((sign) => highRisk[sign]),
    missing: lookedAt.filter((sign) => values[sign] === undefined),
  }
}

/** The more urgent of two colours: somebody who looks at the patient may only raise what the tool says. */
export const moreUrgent = (one: TriageColour, other: TriageColour): TriageColour => (triageColours.indexOf(one) <= triageColours.indexOf(other) ? one : other)

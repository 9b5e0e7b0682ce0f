import type { VitalCode } from '../../shared/records/observation/vitals'
import type { Condition, Person } from './people'
import type { Chance } from './random'

/** What was measured at one moment. */
export type Measured = readonly { readonly code: VitalCode; readonly value: number | string }[]

/** A visit as it is told: why, what was measured, what was written. */
export interface Visit {
  readonly reason: string
  readonly note: string
  readonly vitals: Measured
}

interface Plan {
  readonly reasons: readonly string[]
  readonly notes: readonly string[]
}

const plans: Readonly<Record<Condition, Plan>> = {
  hypertension: {
    reasons: ['Hypertension review', 'Headache', 'Repeat prescription'],
    notes: [
      'BP above target at home and here. Takes amlodipine 5 mg most days; runs out before payday. Increased to 10 mg, low-salt advice. Review in 4 weeks.',
      'Feels well. No chest pain, no breathlessness, no ankle swelling. BP at target. Continue.',
      'Headache for three days, no vomiting, no visual change. Fundi normal. Paracetamol; check BP again tomorrow.',
    ],
  },
  diabetes: {
    reasons: ['Diabetes clinic', 'Foot check', 'Polyuria'],
    notes: [
      'Metformin 1 g twice daily, tolerated. Home glucose 8–12 mmol/L. Feet: pulses present, sensation reduced at both big toes. Footwear advice.',
      'Tired and thirsty for two weeks. Missed tablets while travelling. Restarted; review with fasting glucose in one week.',
      'Reviewed results. HbA1c improving. Continue present treatment, dietician appointment made.',
    ],
  },
  asthma: {
    reasons: ['Asthma review', 'Wheeze', 'Cough at night'],
    notes: [
      'Wheeze since yesterday evening. Speaks in full sentences. Salbutamol 4 puffs by spacer with good effect. Spacer technique shown.',
      'Night cough twice a week. Uses the preventer on bad days only; explained daily use. Review in 6 weeks.',
    ],
  },
  epilepsy: {
    reasons: ['Epilepsy review', 'Seizure yesterday'],
    notes: ['One generalised seizure in three months, about two minutes, during a missed dose. Sodium valproate continued. Safety advice given to family.', 'Seizure-free for a year. No side effects. Continue.'],
  },
  hiv: {
    reasons: ['ART refill', 'ART review'],
    notes: ['On TLD for two years, no missed doses in the last month. Viral load suppressed in spring. Refill for three months.', 'Doing well, gained 2 kg. TB screen negative. Refill given.'],
  },
  copd: {
    reasons: ['Breathlessness', 'COPD review'],
    notes: ['More breathless for four days, sputum yellow. Wheeze both sides. Prednisolone 30 mg and doxycycline started. Stop-smoking advice.', 'Walks 200 m on the level. Inhaler technique good. Pneumococcal vaccine discussed.'],
  },
  'heart-failure': {
    reasons: ['Heart failure review', 'Ankle swelling'],
    notes: ['Weight up 2.5 kg in a week, ankles pitting to mid-shin. Furosemide doubled for five days, weigh daily.', 'Sleeps on two pillows, no night-time breathlessness. Weight stable. Continue.'],
  },
  none: {
    reasons: ['Fever', 'Cough and cold', 'Back pain', 'Wound dressing', 'Rash', 'Abdominal pain', 'Antenatal visit', 'Certificate'],
    notes: [
      'Fever for two days. Malaria rapid test negative. Throat red, no pus. Fluids and paracetamol; return if worse.',
      'Low back pain after lifting. No red flags. Keep moving, ibuprofen with food.',
      'Wound on left shin 3 × 2 cm, clean, granulating. Redressed. Next dressing in two days.',
      'Loose stools for one day, drinking well, no blood. Oral rehydration and zinc. Mother knows the danger signs.',
      'Itchy rash on both forearms. Scabies in the household: permethrin for all, bedding advice.',
    ],
  },
}

const childPlan: Plan = {
  reasons: ['Child welfare visit', 'Fever', 'Cough', 'Immunisation', 'Diarrhoea'],
  notes: [
    'Growing along the line. Feeding well. Immunisations up to date. Next visit in 4 weeks.',
    'Cough and runny nose for three days. Alert, drinking, no chest indrawing. Home care explained.',
    'Fever since last night. Malaria rapid test positive. Artemether-lumefantrine by weight; first dose taken here and kept down.',
  ],
}

/** Usual values by age: up to this age in years, with resting values (APLS, WHO growth standards, roughly). */
const usual: readonly { readonly below: number; readonly respiratory: number; readonly pulse: number; readonly systolic: number; readonly weight: number; readonly height: number }[] = [
  { below: 1, respiratory: 38, pulse: 135, systolic: 80, weight: 6.5, height: 62 },
  { below: 3, respiratory: 28, pulse: 118, systolic: 92, weight: 12, height: 86 },
  { below: 6, respiratory: 24, pulse: 105, systolic: 96, weight: 17, height: 107 },
  { below: 12, respiratory: 20, pulse: 92, systolic: 104, weight: 28, height: 132 },
  { below: 16, respiratory: 18, pulse: 84, systolic: 112, weight: 48, height: 158 },
  { below: 200, respiratory: 15, pulse: 76, systolic: 122, weight: 69, height: 167 },
]

/** The build of a person: stays the same over all visits. */
export interface Build {
  readonly weight: number
  readonly height: number
}

const bandOf = (person: Person) => {
  const band = usual.find((each) => person.ageYears < each.below)
  if (!band) throw new RangeError('age out of the table')
  return band
}

/** A person's build; in the first year by the day, since a newborn is no small infant. */
export const buildOf = (chance: Chance, person: Person): Build => {
  const infant = { weight: 3.3 + 6 * (person.ageDays / 365), height: 50 + 24 * (person.ageDays / 365) }
  const band = person.ageYears < 1 ? infant : bandOf(person)
  return { weight: Math.max(2.4, chance.around(band.weight, band.weight * 0.12)), height: chance.around(band.height, band.height * 0.03) }
}

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value))

/** One set of vital signs, fitting the person; `isIll` moves them away from normal. */
export const vitalsOf = (chance: Chance, person: Person, build: Build, isIll: boolean): Measured => {
  const band = bandOf(person)
  const raised = person.condition === 'hypertension' ? 26 : person.condition === 'heart-failure' ? -8 : 0
  const lung = person.condition === 'copd' ? -4 : person.condition === 'asthma' && isIll ? -3 : 0
  const systolic = Math.round(clamp(chance.around(band.systolic + raised, 9), 62, 230))
  const set: { code: VitalCode; value: number | string }[] = [
    { code: 'respiratory-rate', value: Math.round(clamp(chance.around(band.respiratory + (isIll ? 7 : 0), 2), 8, 70)) },
    { code: 'spo2', value: Math.round(clamp(chance.around(97.5 + lung - (isIll ? 3 : 0), 1.2), 78, 100)) },
    { code: 'pulse', value: Math.round(clamp(chance.around(band.pulse + (isIll ? 22 : 0), 7), 38, 210)) },
    { code: 'temperature', value: clamp(chance.around(isIll ? 38.5 : 36.7, isIll ? 0.6 : 0.25), 34.4, 41) },
  ]
  if (person.ageYears >= 3) {
    set.push({ code: 'bp-systolic', value: systolic }, { code: 'bp-diastolic', value: Math.round(clamp(systolic * 0.62 + chance.around(2, 4), 38, systolic - 15)) })
  }
  if (chance.happens(0.5) || person.ageYears < 5) set.push({ code: 'weight', value: clamp(chance.around(build.weight, build.weight * 0.015), 1.8, 180) })
  if (person.ageYears < 5 && person.ageYears >= 1) set.push({ code: 'muac', value: clamp(chance.around(15, 1), 10.5, 20) })
  if (chance.happens(0.15)) set.push({ code: 'height', value: build.height })
  if (person.condition === 'diabetes') set.push({ code: 'glucose', value: clamp(chance.around(isIll ? 15 : 8.8, 2.2), 2.6, 28) })
  if (person.ageYears >= 16 && (isIll || chance.happens(0.3))) {
    set.push({ code: 'avpu', value: isIll && chance.happens(0.05) ? 'V' : 'A' }, { code: 'pain', value: isIll ? chance.between(1, 8) : chance.between(0, 2) })
  }
  return set
}

/** A set as a ward takes it: with the oxygen given, the level of consciousness and what a child is looked at for, which an early warning score needs. */
export const wholeSet = (set: Measured, { ageYears }: Pick<Person, 'ageYears'>): Measured => {
  const saturation = set.find(({ code }) => code === 'spo2')?.value
  const isShort = typeof saturation === 'number' && saturation < 94
  const oxygen = isShort ? 2 : 0
  const ofChild: Measured = ageYears < 16 ? [{ code: 'respiratory-distress', value: isShort ? 'mild' : 'none' }, { code: 'capillary-refill', value: 2 }] : []
  return [...set, ...ofChild, { code: 'inspired-oxygen', value: oxygen }, ...(set.some(({ code }) => code === 'avpu') ? [] : [{ code: 'avpu' as const, value: 'A' }])]
}

/** One visit of a person. */
export const visitOf = (chance: Chance, person: Person, build: Build): Visit => {
  const plan = person.ageYears < 5 ? childPlan : plans[person.condition]
  return { reason: chance.pick(plan.reasons), note: chance.pick(plan.notes), vitals: vitalsOf(chance, person, build, chance.happens(0.25)) }
}

/** Allergies that the demo's people have, as nurses write them. */
export const knownAllergies: readonly { readonly substance: string; readonly criticality: 'high' | 'low' | 'unable-to-assess'; readonly reaction?: string }[] = [
  { substance: 'Penicillin', criticality: 'high', reaction: 'Anaphylaxis' },
  { substance: 'Penicillin', criticality: 'low', reaction: 'Rash' },
  { substance: 'Co-trimoxazole', criticality: 'high', reaction: 'Stevens-Johnson syndrome' },
  { substance: 'Peanut', criticality: 'high', reaction: 'Lip swelling, wheeze' },
  { substance: 'Ibuprofen', criticality: 'low', reaction: 'Stomach pain' },
  { substance: 'Nevirapine', criticality: 'unable-to-assess', reaction: 'Told of a reaction as a child' },
  { substance: 'Latex', criticality: 'low', reaction: 'Itching' },
  { substance: 'Bee sting', criticality: 'unable-to-assess' },
]

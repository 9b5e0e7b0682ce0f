/** One kind of vital sign: its LOINC code, its UCUM unit, and what is possible at all. */
export interface VitalDefinition {
  /** LOINC code (FHIR R4 vital signs profile where it names one). Absent: LOINC has none, and the code is our own. */
  readonly loinc?: string
  readonly display: string
  /** UCUM code; absent where the value is one of `answers`. */
  readonly unit?: string
  /** As people write the unit. */
  readonly unitText?: string
  /** Outside of this nobody can be: entry is refused. */
  readonly plausible?: { readonly min: number; readonly max: number }
  /** Digits after the point that are stored. */
  readonly decimals: number
  /** Digits that are stored of what was typed, where practices type it in several units (`shownVital.ts`). */
  readonly typedDecimals?: number
  /** What the value can be where it is no number, each with its word. */
  readonly answers?: Readonly<Record<string, string>>
}

/** The letters of consciousness: Alert, new Confusion, responds to Voice, to Pain, Unresponsive. */
export const acvpuLetters = { A: 'Alert', C: 'New confusion', V: 'Responds to voice', P: 'Responds to pain', U: 'Unresponsive' } as const

/** How hard a child works to breathe, as National PEWS grades it. */
const distressGrades = { none: 'None', mild: 'Mild', moderate: 'Moderate', severe: 'Severe' } as const

/** The vital signs that a nurse charts, in the order of the paper form. Limits: physiological extremes. */
export const vitals = {
  'respiratory-rate': { loinc: '9279-1', display: 'Respiratory rate', unit: '/min', unitText: '/min', plausible: { min: 1, max: 120 }, decimals: 0 },
  'respiratory-distress': { display: 'Respiratory distress', decimals: 0, answers: distressGrades },
  spo2: { loinc: '59408-5', display: 'SpO₂', unit: '%', unitText: '%', plausible: { min: 20, max: 100 }, decimals: 0 },
  'inspired-oxygen': { loinc: '3151-8', display: 'Oxygen flow', unit: 'L/min', unitText: 'L/min', plausible: { min: 0, max: 80 }, decimals: 2 },
  'bp-systolic': { loinc: '8480-6', display: 'Systolic BP', unit: 'mm[Hg]', unitText: 'mmHg', plausible: { min: 30, max: 300 }, decimals: 0 },
  'bp-diastolic': { loinc: '8462-4', display: 'Diastolic BP', unit: 'mm[Hg]', unitText: 'mmHg', plausible: { min: 10, max: 200 }, decimals: 0 },
  pulse: { loinc: '8867-4', display: 'Pulse', unit: '/min', unitText: '/min', plausible: { min: 20, max: 350 }, decimals: 0 },
  'capillary-refill': { loinc: '44963-7', display: 'Capillary refill', unit: 's', unitText: 's', plausible: { min: 0, max: 30 }, decimals: 0 },
  avpu: { loinc: '67775-7', display: 'ACVPU', decimals: 0, answers: acvpuLetters },
  temperature: { loinc: '8310-5', display: 'Temperature', unit: 'Cel', unitText: '°C', plausible: { min: 25, max: 45 }, decimals: 1, typedDecimals: 2 },
  pain: { loinc: '72514-3', display: 'Pain', unit: '{score}', unitText: '/10', plausible: { min: 0, max: 10 }, decimals: 0 },
  glucose: { loinc: '15074-8', display: 'Glucose', unit: 'mmol/L', unitText: 'mmol/L', plausible: { min: 0.5, max: 60 }, decimals: 1, typedDecimals: 2 },
  weight: { loinc: '29463-7', display: 'Weight', unit: 'kg', unitText: 'kg', plausible: { min: 0.3, max: 400 }, decimals: 2 },
  height: { loinc: '8302-2', display: 'Height', unit: 'cm', unitText: 'cm', plausible: { min: 20, max: 260 }, decimals: 1 },
  muac: { loinc: '56072-2', display: 'MUAC', unit: 'cm', unitText: 'cm', plausible: { min: 5, max: 60 }, decimals: 1 },
} as const satisfies Record<string, VitalDefinition>

/** See {@link vitals}. */
export type VitalCode = keyof typeof vitals

/** Vital signs that are numbers: what a device can measure. */
export type NumericVital = { [Code in VitalCode]: (typeof vitals)[Code] extends { readonly answers: unknown } ? never : Code }[VitalCode]

/** What a vital sign that is no number can be. */
export type VitalAnswer = keyof typeof acvpuLetters | keyof typeof distressGrades

/** See {@link VitalAnswer}. */
export const vitalAnswers = [...Object.keys(acvpuLetters), ...Object.keys(distressGrades)] as readonly VitalAnswer[]

/** Vital signs that only a child is asked for. */
export const childSigns: readonly VitalCode[] = ['respiratory-distress', 'capillary-refill']

import { describe, expect, it } from 'vitest'
import { expectedBand, flagVital } from './flagVitals'
import { confirmedBy, observationOrigin, withOrigin } from './origin'
import { observationOfResult, type ResultLine, resultLineOf } from './result'
import { correctsOf, roundedVital, vitalCodeOf, vitalFacts, vitalFault, vitalObservation } from './vitalObservation'
import { type VitalCode, vitals } from './vitals'

const taken = { subject: 'p1', effective: '2026-11-21T10:00:00+02:00', performer: 'nurse', origin: { kind: 'typed' } as const }

describe('a vital sign as an Observation', () => {
  it('is a FHIR vital sign: category, LOINC, UCUM', () => {
    expect(vitalObservation({ ...taken, code: 'temperature', value: 38.461 })).toMatchObject({
      status: 'final',
      category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }],
      code: { coding: [{ system: 'http://loinc.org', code: '8310-5' }] },
      subject: { reference: 'Patient/p1' },
      effectiveDateTime: '2026-11-21T10:00:00+02:00',
      valueQuantity: { value: 38.46, unit: '°C', system: 'http://unitsofmeasure.org', code: 'Cel' },
    })
  })

  it.each(Object.keys(vitals) as VitalCode[])('reads back what was charted: %s', (code) => {
    const value = code === 'avpu' ? 'C' : code === 'respiratory-distress' ? 'mild' : 50
    const facts = vitalFacts(vitalObservation({ ...taken, code, value }))
    expect(facts).toEqual({ code, value, effective: taken.effective, origin: { kind: 'typed' }, by: 'nurse' })
  })

  it('points at what it corrects', () => {
    const correction = vitalObservation({ ...taken, code: 'pulse', value: 76, corrects: 'old' })
    expect(correction.status).toBe('corrected')
    expect(correctsOf(correction)).toBe('old')
    expect(correctsOf(vitalObservation({ ...taken, code: 'pulse', value: 76 }))).toBeUndefined()
  })

  it('is none when it is a laboratory glucose of the same code, or was charted on the wrong patient', () => {
    const glucose = observationOfResult({ code: 'GLU', name: 'Glucose', text: '5', value: 5, status: 'final' }, { ...taken, loinc: vitals.glucose.loinc })
    expect(vitalCodeOf(glucose)).toBeUndefined()
    expect(vitalFacts({ ...vitalObservation({ ...taken, code: 'pulse', value: 76 }), status: 'entered-in-error' })).toBeUndefined()
  })

  it.each(Object.entries(vitals).filter(([, definition]) => 'plausible' in definition) as [VitalCode, { plausible: { min: number; max: number } }][])(
    'accepts the limits of %s and nothing beyond',
    (code, { plausible: { min, max } }) => {
      expect([min, max].map((value) => vitalFault(code, value))).toEqual([undefined, undefined])
      for (const value of [min - 0.01, max + 0.01, Number.NaN, Infinity, -Infinity, '50', 'A']) expect(vitalFault(code, value)).toEqual({ field: code, limit: `${min}–${max}` })
    },
  )

  it('rounds to the digits that are stored; the least flow that a newborn is given is not rounded to air', () => {
    expect(roundedVital('inspired-oxygen', 0.03)).toBe(0.03)
    expect([roundedVital('temperature', 36.749), roundedVital('pulse', 76.5), roundedVital('weight', 3.1449), roundedVital('avpu', 'A')]).toEqual([36.7, 77, 3.14, 'A'])
    expect([roundedVital('temperature', 37.3333, true), roundedVital('glucose', 5.5507, true), roundedVital('pulse', 76.5, true)]).toEqual([37.33, 5.55, 77])
  })
})

describe('flags', () => {
  const adult = (code: VitalCode, value: number | string) => flagVital(code, value, '1980-05-01', '2026-11-21')

  it.each([
    ['respiratory-rate', [[8, 'critical-low'], [9, 'low'], [11, 'low'], [12, undefined], [20, undefined], [21, 'high'], [24, 'high'], [25, 'critical-high']]],
    ['spo2', [[91, 'critical-low'], [92, 'low'], [95, 'low'], [96, undefined], [100, undefined]]],
    ['bp-systolic', [[90, 'critical-low'], [91, 'low'], [110, 'low'], [111, undefined], [219, 'high'], [220, 'critical-high']]],
    ['pulse', [[40, 'critical-low'], [41, 'low'], [50, 'low'], [51, undefined], [90, undefined], [91, 'high'], [130, 'high'], [131, 'critical-high']]],
    ['temperature', [[35, 'critical-low'], [35.1, 'low'], [36, 'low'], [36.1, undefined], [38, undefined], [38.1, 'high'], [39.1, 'critical-high']]],
  ] as const)('follow the bands of NEWS2 for %s', (code, bands) => {
    for (const [value, flag] of bands) expect([value, adult(code, value)]).toEqual([value, flag])
  })

  it('mark everybody who is not alert', () => {
    expect(['none', 'mild', 'moderate', 'severe'].map((grade) => adult('respiratory-distress', grade))).toEqual([undefined, 'abnormal', 'abnormal', 'abnormal'])
    expect(['A', 'C', 'V', 'P', 'U'].map((letter) => adult('avpu', letter))).toEqual([undefined, 'abnormal', 'abnormal', 'abnormal', 'abnormal'])
  })

  it('are not guessed for children, for the unborn and where nobody knows the age', () => {
    for (const born of [undefined, '2010-11-22', '2010', '2030-01-01', 'nonsense']) expect(flagVital('pulse', 200, born, '2026-11-21')).toBeUndefined()
    expect(flagVital('pulse', 200, '2010-11-21', '2026-11-21')).toBe('critical-high')
  })

  it('agree with the band that a trend shades', () => {
    expect(expectedBand('pulse', '1980', '2026-11-21')).toEqual({ above: 50, below: 91 })
    expect(expectedBand('spo2', '1980', '2026-11-21')).toEqual({ above: 95 })
    expect(expectedBand('pulse', '2020', '2026-11-21')).toBeUndefined()
    expect(expectedBand('weight', '1980', '2026-11-21')).toBeUndefined()
  })
})

describe('an origin', () => {
  const pulse = vitalObservation({ ...taken, code: 'pulse', value: 76 })
  const device = { kind: 'device', device: 'Oximeter 2', profile: 'contec-cms50', deviceId: '01BX5ZZKBKACTAV9WEVGEMMVRZ' } as const

  it('reads back, whatever it is', () => {
    for (const origin of [{ kind: 'typed' }, device, { kind: 'device', device: 'XN', profile: 'sysmex-xn' }, { kind: 'imported', source: 'card' }] as const) {
      expect(observationOrigin(withOrigin(pulse, origin))).toEqual(origin)
    }
  })

  it('names the device in FHIR’s own place, and who confirmed', () => {
    const stamped = withOrigin(pulse, device, 'nurse')
    expect(stamped.device).toEqual({ reference: `Device/${device.deviceId}`, display: 'Oximeter 2' })
    expect(confirmedBy(stamped)).toBe('nurse')
    expect(confirmedBy(pulse)).toBeUndefined()
  })

  it('is replaced, not added to', () => {
    const twice = withOrigin(withOrigin(pulse, device, 'nurse'), { kind: 'typed' })
    expect(twice.extension?.filter((each) => each.url === 'urn:outpost:origin')).toHaveLength(1)
  })

  it('is "typed" for a resource that says nothing, and for one that says nonsense', () => {
    expect(observationOrigin({ resourceType: 'Observation' } as never)).toEqual({ kind: 'typed' })
    expect(observationOrigin({ resourceType: 'Observation', extension: [{ url: 'urn:outpost:origin', extension: [{ url: 'kind', valueString: '__proto__' }] }] } as never)).toEqual({ kind: 'typed' })
  })
})

describe('a laboratory result', () => {
  const context = { ...taken, order: 'o1', origin: { kind: 'device', device: 'XN', profile: 'sysmex-xn' } as const }

  it.each<ResultLine>([
    { code: 'WBC', name: 'White cells', text: '8.10', value: 8.1, unit: '10*9/L', range: '4–11', status: 'final' },
    { code: 'PLT', name: 'Platelets', text: '> 300', value: 300, comparator: '>', unit: '10*9/L', flag: 'HH', status: 'corrected' },
    { code: 'MCV', name: 'MCV', text: '----', status: 'cancelled' },
    { code: 'BLAST', name: 'Blasts?', text: 'positive', flag: 'Suspect', status: 'preliminary' },
    { code: 'ZERO', name: 'Zero', text: '0.00', value: 0, status: 'final' },
  ])('reads back line by line as it was sent: $text', (line) => {
    expect(resultLineOf(observationOfResult(line, context))).toEqual(line)
    expect(resultLineOf(observationOfResult(line, { ...context, loinc: '6690-2' }))).toEqual(line)
  })

  it('of another system shows its value', () => {
    const foreign = { resourceType: 'Observation', status: 'amended', code: { coding: [{ system: 'http://loinc.org', code: '718-7', display: 'Hb' }] }, valueQuantity: { value: 12.5, comparator: '<', unit: 'g/dL' } } as const
    expect(resultLineOf(structuredClone(foreign) as never)).toEqual({ code: '718-7', name: 'Hb', text: '< 12.5', value: 12.5, comparator: '<', unit: 'g/dL', status: 'corrected' })
    // A history shows also what another program made badly.
    expect(resultLineOf({ ...structuredClone(foreign), referenceRange: {} } as never).range).toBeUndefined()
  })
})

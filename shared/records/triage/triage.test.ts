import { describe, expect, it } from 'vitest'
import { mergeRuleOf } from '../mergeRules'
import { chartByAge, moreUrgent, signsOfChart, triage, triageColours, weightOf, type TriageFindings, type TriageSign } from './iitt'
import { inQueueOrder, minutesWaited } from './queue'
import { arrival, triageFacts, triageObservation } from './triageRecord'

const today = '2026-11-21'
const whole = { pulse: 80, 'respiratory-rate': 16, temperature: 37, spo2: 98, avpu: 'A', 'bp-systolic': 120, 'bp-diastolic': 80 }
const adult: TriageFindings = { chart: 'adult', signs: [], isPregnant: false, values: whole, birthDate: '1990-05-04' }
const child: TriageFindings = { chart: 'child', signs: [], isPregnant: false, values: whole, birthDate: '2020-05-04' }
const said = (findings: TriageFindings) => triage(findings, today).colour
const withValue = (of: TriageFindings, code: string, value: number | string) => ({ ...of, values: { ...of.values, [code]: value } })

describe('A20: the Interagency Integrated Triage Tool', () => {
  it('A20: nobody with nothing found is more than green, and somebody without numbers is told to be unsure', () => {
    expect(triage(adult, today)).toEqual({ colour: 'green', reasons: [], highRisk: [], missing: [] })
    expect(triage({ ...child, values: {} }, today)).toMatchObject({ colour: 'green', missing: ['pulse', 'respiratory-rate', 'temperature', 'spo2', 'avpu'] })
  })

  it('A20: somebody whose consciousness is charted as U is unresponsive, and red, though nobody marked the sign', () => {
    for (const of of [adult, child]) {
      expect(triage(withValue(of, 'avpu', 'U'), today)).toMatchObject({ colour: 'red', reasons: ['unresponsive'] })
      expect(triage({ ...withValue(of, 'avpu', 'U'), signs: ['unresponsive'] }, today).reasons).toEqual(['unresponsive'])
    }
  })

  it('A20: each red and each yellow sign gives its colour by itself, on its own chart alone', () => {
    let looked = 0
    for (const of of [adult, child]) {
      for (const sign of signsOfChart(of.chart, true)) {
        const weight = weightOf(sign, of.chart)
        const colour = said({ ...of, birthDate: '2019-01-01', signs: [sign], isPregnant: sign.startsWith('pregnant') })
        const alone = weight === 'part' ? (of.chart === 'child' && sign === 'lethargy' ? 'yellow' : 'green') : weight
        // A pregnant child is yellow at least.
        expect([of.chart, sign, colour]).toEqual([of.chart, sign, alone])
        looked += 1
      }
    }
    expect(looked).toBeGreaterThan(85)
    expect(said({ ...adult, signs: ['cold-extremities', 'sunken-eyes', 'slow-skin-pinch'] })).toBe('green')
    expect(said({ ...adult, signs: ['pregnant-bleeding'] })).toBe('green')
  })

  it.each([
    [['altered-mental-status', 'headache'], 'red'], [['stiff-neck', 'headache'], 'red'], [['stiff-neck'], 'green'], [['headache'], 'green'], [['altered-mental-status'], 'yellow'],
    [['fever-or-hypothermia', 'stiff-neck'], 'red'],
  ] as const)('A20: two of four neurological signs make an adult red (%j: %s)', (signs, colour) => {
    expect(said({ ...adult, signs: [...signs] })).toBe(colour)
  })

  it.each([
    [['sunken-eyes'], 'green'], [['sunken-eyes', 'slow-skin-pinch'], 'red'], [['lethargy', 'drinks-poorly'], 'red'], [['stiff-neck', 'headache'], 'yellow'],
    [['altered-mental-status', 'stiff-neck'], 'red'], [['altered-mental-status', 'fever-or-hypothermia'], 'red'], [['stiff-neck', 'fever-or-hypothermia'], 'green'],
  ] as const)('A20: a child is red by two signs of dehydration, or altered with fever or a stiff neck (%j: %s)', (signs, colour) => {
    expect(said({ ...child, signs: [...signs] as TriageSign[] })).toBe(colour)
  })

  it.each([[49, 'red'], [50, 'green'], [150, 'green'], [151, 'red']] as const)('A20: a pulse of %d makes an adult %s', (pulse, colour) => {
    expect(said(withValue(adult, 'pulse', pulse))).toBe(colour)
    expect(said(withValue(child, 'pulse', pulse))).toBe('green')
  })

  it.each([
    ['pulse', [59, 131], [60, 130]], ['respiratory-rate', [9, 31], [10, 30]], ['temperature', [35.9, 39.1], [36, 39]], ['spo2', [91], [92]], ['avpu', ['C', 'V', 'P'], ['A']],
  ] as const)('A20: vital signs of high risk of an adult: %s at its limits', (code, outside, inside) => {
    for (const value of outside) expect([value, triage(withValue(adult, code, value), today).highRisk]).toEqual([value, [code]])
    for (const value of inside) expect([value, triage(withValue(adult, code, value), today).highRisk]).toEqual([value, []])
  })

  it('A20: of a child, only limits that were verified: temperature, oxygen, consciousness, and more than 30 breaths from five years on', () => {
    expect(triage(withValue(child, 'respiratory-rate', 31), today).highRisk).toEqual(['respiratory-rate'])
    expect(triage(withValue(child, 'respiratory-rate', 30), today).highRisk).toEqual([])
    expect(triage(withValue({ ...child, birthDate: '2022-05-04' }, 'respiratory-rate', 38), today).highRisk).toEqual([])
    expect(triage(withValue(withValue(withValue(child, 'temperature', 39.1), 'spo2', 91), 'avpu', 'V'), today).highRisk).toEqual(['temperature', 'spo2', 'avpu'])
  })

  it.each([
    ['2026-11-14', 'red'], ['2026-11-13', 'yellow'], ['2026-05-22', 'yellow'], ['2026-05-21', 'green'], ['2026-11', 'red'],
  ] as const)('A20: an infant born %s is %s by its age alone', (birthDate, colour) => {
    expect(said({ ...child, birthDate })).toBe(colour)
  })

  it.each([[35.9, '2026-09-22', 'red'], [39.1, '2026-09-22', 'red'], [36, '2026-09-22', 'yellow'], [39, '2026-09-22', 'yellow'], [39.1, '2026-09-21', 'yellow']] as const)(
    'A20: %d °C of an infant born %s makes it %s',
    (temperature, birthDate, colour) => {
      expect(said(withValue({ ...child, birthDate }, 'temperature', temperature))).toBe(colour)
    },
  )

  it('A20: pain of chest or belly is red from fifty on, and where nobody knows the age', () => {
    const pain = { ...adult, signs: ['chest-or-abdominal-pain'] } as const
    expect(said({ ...pain, birthDate: '1976-11-22' })).toBe('green')
    expect(said({ ...pain, birthDate: '1976-11-21' })).toBe('red')
    const { birthDate: _birthDate, ...unknown } = pain
    expect(said(unknown)).toBe('red')
  })

  it.each([['bp-systolic', 159, 'green'], ['bp-systolic', 160, 'red'], ['bp-diastolic', 109, 'green'], ['bp-diastolic', 110, 'red']] as const)('A20: %s %d of a pregnant woman: %s', (code, value, colour) => {
    expect(said(withValue({ ...adult, isPregnant: true }, code, value))).toBe(colour)
    expect(said(withValue(adult, code, value))).toBe('green')
  })

  it('A20: takes the chart by the age, and asks where the birth date leaves it open', () => {
    expect(['2014-11-21', '2014-11-22', '2014', '2000', undefined, 'nonsense'].map((born) => chartByAge(born, today))).toEqual(['adult', 'child', undefined, 'adult', undefined, undefined])
    expect(moreUrgent('green', 'yellow')).toBe('yellow')
    expect(moreUrgent('red', 'yellow')).toBe('red')
  })
})

describe('A20: the queue', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 21, 10, minute)).toISOString()

  it('A20: puts red first, then who needs a senior look, then who was not looked at, yellow and green; each in the order of arrival', () => {
    const waiting = [
      { who: 'green', arrivedAt: at(0), colour: 'green' as const, isForReview: false },
      { who: 'yellow', arrivedAt: at(1), colour: 'yellow' as const, isForReview: false },
      { who: 'unseen late', arrivedAt: at(9), isForReview: false },
      { who: 'unseen', arrivedAt: at(5), isForReview: false },
      { who: 'review', arrivedAt: at(8), colour: 'green' as const, isForReview: true },
      { who: 'red', arrivedAt: at(10), colour: 'red' as const, isForReview: false },
    ]
    expect([...waiting].sort(inQueueOrder).map(({ who }) => who)).toEqual(['red', 'review', 'unseen', 'unseen late', 'yellow', 'green'])
  })

  it('A20: counts whole minutes from arrival, never below none', () => {
    const now = Date.parse(at(30))
    expect([at(0), at(29), at(31)].map((arrived) => minutesWaited(arrived, now))).toEqual([30, 1, 0])
    expect(minutesWaited(at(0), now - 1)).toBe(29)
  })
})

describe('A20: what is kept of a triage', () => {
  const facts = { chart: 'child', signs: ['stridor', 'wheezing'], isPregnant: false, computed: 'red', colour: 'red', reasons: ['stridor'], highRisk: [], missing: ['spo2'] } as const
  const told = { subject: '01HV00000000000000000000AD', encounter: '01HV00000000000000000000VS', effective: '2026-11-21T10:00:00.000Z', performer: '01HV000000000000000000NRSE' }

  it('says what was found, the colour, of which visit and by whom', () => {
    expect(triageFacts(triageObservation(facts, told))).toEqual({ ...facts, encounter: told.encounter, at: told.effective, by: told.performer })
    for (const colour of triageColours) expect(triageFacts(triageObservation({ ...facts, colour }, told))?.colour).toBe(colour)
    expect(triageFacts({ resourceType: 'Observation', status: 'final', code: { text: 'another' } })).toBeUndefined()
  })

  it('a walk-in that one workstation saw and the other sent away was seen', () => {
    expect(arrival({ subject: told.subject, at: told.effective, reason: 'cough', practitioner: told.performer }).status).toBe('arrived')
    const status = mergeRuleOf('Encounter').of['status']
    if (status?.kind !== 'settled') throw new Error('the status of a visit is settled by its order')
    expect([status.by('cancelled', 'in-progress'), status.by('triaged', 'arrived'), status.by('cancelled', 'triaged')]).toEqual(['in-progress', 'triaged', 'cancelled'])
  })
})

import type { Observation } from 'fhir/r4'
import { describe, expect, it } from 'vitest'
import { observationOfResult } from '../observation/result'
import { criticalAlert, criticalAlertOf, criticalAnswer, criticalAnswerOf, isReadBack } from './criticalAlert'
import { communicationSearch } from './search'

const at = '2026-11-21T09:00:00.000Z'
const patient = '01HV000000000000000000000P'
const observation = {
  ...observationOfResult({ code: 'K', name: 'Potassium', text: '6.8', value: 6.8, unit: 'mmol/L', status: 'final' }, { subject: patient, effective: at, origin: { kind: 'typed' }, loinc: '2823-3' }),
  id: '01HV000000000000000000000K',
} as Observation & { id: string }
const alert = criticalAlert(observation, { side: 'high', limit: 6.5 }, at)
const answer = { alert: '01HV000000000000000000000A', subject: patient, by: '01HV000000000000000000000D', told: 'Dr Mensah, ward 2', readBack: '6,8', action: 'ECG, calcium', at: '2026-11-21T09:02:30.000Z' }

describe('A critical result, told and answered', () => {
  it('keeps whose value it is, the value as it is read out, and from which limit on it is critical', () => {
    expect(criticalAlertOf(alert)).toEqual({ subject: patient, observation: observation.id, value: '6.8', unit: 'mmol/L', test: 'Potassium', side: 'high', limit: 6.5, at })
    expect(communicationSearch(alert)).toMatchObject({ subject: patient, code: 'critical-value', date: at })
  })

  it('keeps who took it, whom they told, what was read back and what is done', () => {
    expect(criticalAnswerOf(criticalAnswer(answer))).toEqual(answer)
    expect(criticalAnswerOf(criticalAnswer({ ...answer, action: '' }))).toMatchObject({ action: '' })
  })

  it('takes no other Communication for one, and none that is not whole', () => {
    expect(criticalAlertOf(criticalAnswer(answer))).toBeUndefined()
    expect(criticalAnswerOf(alert)).toBeUndefined()
    expect(criticalAlertOf({ ...alert, about: [] })).toBeUndefined()
    expect(criticalAlertOf({ ...alert, payload: undefined })).toBeUndefined()
    expect(criticalAnswerOf({ ...criticalAnswer(answer), sender: undefined })).toBeUndefined()
    expect(criticalAlertOf({ resourceType: 'Communication', status: 'completed' })).toBeUndefined()
  })

  it('E9: takes the value as it is spoken, and no other', () => {
    const value = { value: '6.8', unit: 'mmol/L' }
    for (const said of ['6.8', '6,8', ' 6.8 ', '6.8 mmol/L', '６.８']) expect(isReadBack(value, said), said).toBe(true)
    for (const said of ['', '8.6', '68', '6.8 mg/dL', '6.80 or so', 'six']) expect(isReadBack(value, said), said).toBe(false)
    expect(isReadBack({ value: '> 300', unit: '' }, '>300')).toBe(true)
  })
})

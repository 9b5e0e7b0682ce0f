import type { Observation } from 'fhir/r4'
import { criticalAlert, criticalAlertOf } from '../../../../shared/records/communication/criticalAlert'
import { verificationOf } from '../../../../shared/records/diagnostic-report/verification'
import type { Envelope } from '../../../../shared/records/envelope'
import { localDay } from '../../../../shared/records/localDay'
import { childBefore } from '../../../../shared/records/observation/criticalValue'
import { resultLineOf } from '../../../../shared/records/observation/result'
import type { HoldReason } from '../../../../shared/records/observation/verdict'
import { correctsOf } from '../../../../shared/records/observation/vitalObservation'
import { completedYears } from '../../../../shared/records/patient/age'
import { type NewRecord, recordIdOfKey, type Replica } from '../../../replica'
import type { Judge } from './judge'
import { testOf } from './standing'

type Charted = Pick<Envelope<'Observation'>, 'id' | 'resource'>

/** Of what waits for these reasons nobody is told: it may be no result at all. */
const doubtful: readonly HoldReason[] = ['unmapped', 'impossible', 'replayed', 'no-value']

/** Versions of one result that are followed. */
const mostVersions = 50

const alertKey = (observation: string): string => `critical/${observation}`

/** Whole years, as far as they decide which limits hold; undefined: not known, or the date leaves it open. */
const yearsOf = (patient: Envelope<'Patient'> | undefined, at: string): number | undefined => {
  const birthDate = patient?.resource.birthDate
  const years = birthDate === undefined ? undefined : completedYears(birthDate, localDay(at))
  return years && (years.atMost < childBefore || years.atLeast >= childBefore) ? years.atMost : undefined
}

/** Where the practice has a technician, a result is told when it is accepted; where nobody is there to accept it, at once. */
const isTold = ({ resource }: Charted, judge: Judge): boolean => {
  if (resource.status !== 'preliminary') return ['final', 'corrected', 'amended'].includes(resource.status)
  return judge.tellsUnverified && !verificationOf(resource)?.holds.some((hold) => doubtful.includes(hold))
}

/**
 * The alerts for those of these results that are critical, to be written together with them: a result is never on the chart without its alert, whatever happens to the
 * machine. One alert a result, however often it is filed, and none again when it is only accepted.
 * @param at now, ISO instant
 */
export const criticalAlerts = async ({ records, practice }: Replica, judge: Judge, results: readonly Charted[], at: string): Promise<NewRecord[]> => {
  const told = results.filter((each) => isTold(each, judge))
  const subject = told[0]?.resource.subject?.reference?.split('/')[1]
  const years = subject === undefined ? undefined : yearsOf(await records.get('Patient', subject), at)
  /** Whether this value of the result was told before: it was accepted since, or taken back and accepted again. A rejection ends what was told. */
  const wasTold = async (resource: Observation, value: string): Promise<boolean> => {
    let before = correctsOf(resource)
    for (let step = 0; before !== undefined && step < mostVersions; step += 1) {
      const known = await records.get('Communication', recordIdOfKey(practice, 'Communication', alertKey(before)))
      if (known) return criticalAlertOf(known.resource)?.value === value
      const version = (await records.get('Observation', before))?.resource
      if (version?.status === 'cancelled') return false
      before = version && correctsOf(version)
    }
    return false
  }
  const alerts: NewRecord[] = []
  for (const { id, resource } of told) {
    const line = resultLineOf(resource)
    const critical = judge.criticalOf({ line, loinc: testOf(resource).loinc }, years)
    if (!critical) continue
    if (await wasTold(resource, line.text)) continue
    alerts.push({ type: 'Communication', key: alertKey(id), resource: criticalAlert({ ...resource, id } as Observation & { id: string }, critical, at) })
  }
  return alerts
}

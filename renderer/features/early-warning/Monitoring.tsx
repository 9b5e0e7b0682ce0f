import type { MonitoringTask, PatientSummary } from '../../../shared/contract'
import { useAct, useWho } from '../../client'
import { Button, formatWhen, Mark, ProblemNotice } from '../../components'
import { t } from './words'

/** The task to monitor without a break: who sees to it, else the button by which somebody takes it. */
export const Monitoring = ({ patient, task }: { readonly patient: Pick<PatientSummary, 'id'>; readonly task: MonitoringTask }) => {
  const mayTake = useWho()?.actions.includes('vitals.write') ?? false
  const [take, { busy, problem }] = useAct('takeMonitoring')
  if (task.state === 'taken') return <span>{t('monitoring.taken', { by: task.takenBy ?? '', at: task.takenAt ? formatWhen(task.takenAt) : '' })}</span>
  return (
    <>
      <Mark tone="critical" sign="!">
        {t('monitoring.asked', { at: formatWhen(task.since) })}
      </Mark>
      {mayTake ? (
        <Button busy={busy} onClick={() => void take({ patient: patient.id, task: task.id })}>
          {t('monitoring.take')}
        </Button>
      ) : null}
      {problem ? <ProblemNotice problem={problem} /> : null}
    </>
  )
}

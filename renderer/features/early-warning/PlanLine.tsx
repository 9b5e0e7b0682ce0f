import { useState } from 'react'
import type { DueObservation, PatientSummary } from '../../../shared/contract'
import { useWho } from '../../client'
import { Button, formatWhen } from '../../components'
import { PlanDialog } from './PlanDialog'
import { intervalWord, t } from './words'

/** How often the patient is observed where a clinician decided it, with reason and name; and the way to change it. */
export const PlanLine = ({ patient, found: { plan, due } }: { readonly patient: PatientSummary; readonly found: DueObservation }) => {
  const mayPlan = useWho()?.actions.includes('observations.plan') ?? false
  const [changing, setChanging] = useState(false)
  return (
    <>
      {plan ? (
        <span className={plan.isOver ? 'faint' : undefined}>
          {t(plan.isOver ? 'plan.over' : 'plan.holds', { interval: intervalWord(plan.everyMinutes), reason: plan.reason, by: plan.by, at: formatWhen(plan.at) })}
        </span>
      ) : null}
      {mayPlan ? (
        <Button kind="quiet" onClick={() => setChanging(true)}>
          {t('plan.change')}
        </Button>
      ) : null}
      {changing ? <PlanDialog patient={patient} due={due} onClose={() => setChanging(false)} /> : null}
    </>
  )
}

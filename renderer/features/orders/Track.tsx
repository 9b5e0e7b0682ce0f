import { labSteps, type LabOrderEntry } from '../../../shared/contract'
import { formatDayTime } from '../../components'
import { t } from '../specimens'

/** How far an order is: every step with its time, or that it has not come about. */
export const Track = ({ order }: { readonly order: Pick<LabOrderEntry, 'steps' | 'stage' | 'test'> }) => {
  const reached = labSteps.indexOf(order.stage)
  return (
    <ol className="order-track" aria-label={t('steps', { test: order.test })}>
      {order.steps.map(({ step, at, by }, place) => (
        <li key={step} data-step={step} data-done={at !== undefined || undefined} data-passed={(at === undefined && place < reached) || undefined}>
          <span className="order-step">{t(`step.${step}`)}</span>
          <span className="small faint">{at === undefined ? t(place < reached ? 'step.unnoted' : 'step.not') : formatDayTime(at)}</span>
          {by ? (
            <span className="small faint" dir="auto">
              {by}
            </span>
          ) : null}
        </li>
      ))}
    </ol>
  )
}

import { useState } from 'react'
import { common } from '../../../../resources/locales/en/common'
import type { ImagingOrderEntry, StudyEntry } from '../../../../shared/contract'
import { useAct, useAnswer, useWho } from '../../../client'
import { Button, Dialog, Empty, formatDate, formatDayTime, Mark, Panel, ProblemNotice } from '../../../components'
import { HistoryButton } from '../../history'
import { ViewOutside } from '../viewerLink/ViewOutside'
import { nameOfStudy, whenOf } from '../words'
import { PlaceImagingOrder } from './PlaceImagingOrder'
import { ReasonDialog } from './ReasonDialog'
import { o, stepTime } from './words'
import './orders.css'

/** What was ordered of images on this chart, and how far each of it is. */
export const OrdersPanel = ({ patient, studies }: { readonly patient: string; readonly studies: readonly StudyEntry[] }) => {
  const who = useWho()
  const may = (action: string) => who?.actions.some((one) => one === action) ?? false
  const { value: orders, problem, refresh } = useAnswer('listImagingOrders', { patient }, { skip: !may('chart.read') })
  const [ordering, setOrdering] = useState(false)
  const [cancelling, setCancelling] = useState<ImagingOrderEntry>()
  const [linking, setLinking] = useState<ImagingOrderEntry>()
  const [performed, performing] = useAct('markImagingPerformed')
  const [cancel, cancellation] = useAct('cancelImagingOrder')
  if (!may('chart.read')) return null
  return (
    <Panel
      id="imaging-orders-title"
      className="imaging-orders"
      title={o('orders')}
      actions={
        may('order.write') ? (
          <Button onClick={() => setOrdering(true)}>{o('order')}</Button>
        ) : null
      }
    >
      {problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
      {performing.problem ? <ProblemNotice problem={performing.problem} /> : null}
      {orders?.length === 0 ? <Empty title={o('orders.empty')} /> : null}
      <ul className="imaging-order-list">
        {orders?.map((order) => (
          <li key={order.id} data-status={order.status} data-accession={order.accession}>
            <div className="imaging-order-head">
              <strong>{order.what}</strong>
              <code>{order.accession}</code>
              <Mark tone={order.status === 'active' ? 'accent' : 'plain'}>{o(`status.${order.status}`)}</Mark>
              {order.priority === 'routine' ? null : <Mark tone={order.priority === 'stat' ? 'critical' : 'abnormal'}>{o(`priority.${order.priority}`)}</Mark>}
              <span className="spread" />
              {order.status === 'active' && may('imaging.import') && order.steps.every(({ step, at }) => step !== 'performed' || at === undefined) ? (
                <Button onClick={() => void performed({ patient, order: order.id })} busy={performing.busy} aria-label={o('performed.label', { order: order.what })}>
                  {o('performed')}
                </Button>
              ) : null}
              {order.status !== 'revoked' && order.studies.length === 0 && studies.length > 0 && may('tray.file') ? (
                <Button onClick={() => setLinking(order)} aria-label={o('link.label', { order: order.what })}>
                  {o('link')}
                </Button>
              ) : null}
              {order.status !== 'revoked' && !isHere(order, studies) ? <ViewOutside patient={patient} of={{ order: order.id }} name={order.what} /> : null}
              {order.status === 'active' && may('order.write') ? (
                <Button kind="quiet" onClick={() => setCancelling(order)} aria-label={o('cancel.label', { order: order.what })}>
                  {o('cancel')}
                </Button>
              ) : null}
              <HistoryButton patient={patient} type="ServiceRequest" record={order.id} what={order.what} />
            </div>
            <p className="small">
              {o('orders.reason', { reason: order.reason })}
              {order.scheduled === undefined ? '' : ` · ${o('orders.scheduled', { date: formatDate(order.scheduled.slice(0, 10)) })}`}
              {order.note === '' ? '' : ` · ${order.note}`}
            </p>
            {order.cancelled ? <p className="small">{o('orders.cancelled', { by: order.cancelled.by, date: formatDayTime(order.cancelled.at), why: order.cancelled.why })}</p> : <Steps order={order} />}
          </li>
        ))}
      </ul>
      {ordering ? <PlaceImagingOrder patient={patient} onClose={() => setOrdering(false)} /> : null}
      {linking ? <LinkDialog patient={patient} order={linking} studies={studies} taken={orders?.flatMap((each) => each.studies) ?? []} onClose={() => setLinking(undefined)} /> : null}
      {cancelling ? (
        <ReasonDialog
          draft={`imaging-cancel:${cancelling.id}`}
          title={o('cancel.title', { order: cancelling.what })}
          text={o('cancel.text')}
          label={o('cancel.why')}
          fault={o('cancel.fault')}
          act={o('cancel.act')}
          busy={cancellation.busy}
          problem={cancellation.problem ? <ProblemNotice problem={cancellation.problem} /> : null}
          onClose={() => setCancelling(undefined)}
          onAct={(why) =>
            cancel({ patient, order: cancelling.id, why }).then(({ ok }) => {
              if (ok) setCancelling(undefined)
              return ok
            })
          }
        />
      ) : null}
    </Panel>
  )
}

/** Some of the pictures that answer it lie on this workstation. */
const isHere = (order: ImagingOrderEntry, studies: readonly StudyEntry[]): boolean => studies.some(({ id, here = 0 }) => here > 0 && order.studies.includes(id))

/** The way of an order from left to right; what has not come about says so. */
const Steps = ({ order }: { readonly order: ImagingOrderEntry }) => (
  <ol className="imaging-steps">
    {order.steps.map(({ step, at, by }) => (
      <li key={step} data-step={step} data-done={at !== undefined}>
        <span className="imaging-step-name">
          <span aria-hidden="true">{at === undefined ? '○' : '✓'}</span> {o(`step.${step}`)}
        </span>
        <span className="faint small">{at === undefined ? o('step.waiting') : [stepTime(at), by].filter(Boolean).join(', ')}</span>
      </li>
    ))}
  </ol>
)

interface LinkProps {
  readonly patient: string
  readonly order: ImagingOrderEntry
  readonly studies: readonly StudyEntry[]
  /** Those that answer an order already. */
  readonly taken: readonly string[]
  readonly onClose: () => void
}

/** A person says which study answers an order whose number the files do not carry. */
const LinkDialog = ({ patient, order, studies, taken, onClose }: LinkProps) => {
  const [link, { busy, problem }] = useAct('linkStudyToOrder')
  const free = studies.filter(({ id }) => !taken.includes(id))
  const choose = async (study: string) => {
    if ((await link({ patient, study, order: order.id })).ok) onClose()
  }
  return (
    <Dialog title={o('link.title', { order: order.what })} closeLabel={common.cancel} onClose={onClose}>
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        {free.length === 0 ? <p>{o('link.none')}</p> : null}
        <ul className="tray-matches">
          {free.map((study) => (
            <li key={study.id}>
              <button type="button" disabled={busy} onClick={() => void choose(study.id)}>
                {nameOfStudy(study)} · {study.modalities.join(', ')} · {whenOf(study.started)}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  )
}

import { useState } from 'react'
import type { LabOrderEntry, PatientSummary } from '../../../shared/contract'
import { useAct, useAnswer, useWho } from '../../client'
import { Button, Empty, formatDayTime, Mark, ProblemNotice } from '../../components'
import { HistoryButton } from '../history'
import { EnterResults } from '../result-entry'
import { LabelsButton, SampleActs } from '../specimens'
import { Accession } from './Accession'
import { Track } from './Track'
import { Urgency } from '../specimens'
import { WhyDialog } from './WhyDialog'
import { t } from '../specimens'
import './orders.css'

/** Answered orders that are drawn at first, and with each press more; a long chart has hundreds. */
const atOnce = 20

/** Laboratory orders of a chart, the newest first: what for, under which number, and how far each of them is. */
export const OrderList = ({ patient }: { readonly patient: PatientSummary }) => {
  const [shown, setShown] = useState(atOnce)
  const { value: orders, problem, refresh, isPrevious } = useAnswer('listLabOrders', { patient: patient.id, limit: shown }, { keepPrevious: true })
  return (
    <>
      {problem && !orders ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
      {orders?.length === 0 ? <Empty title={t('list.empty')}>{t('list.empty.text')}</Empty> : null}
      <ul className="orders">
        {orders?.map((order) => (
          <Order key={order.id} order={order} patient={patient} ofTube={orders.filter(({ accession, status }) => accession === order.accession && status === 'active')} />
        ))}
      </ul>
      {(orders?.length ?? 0) >= shown || isPrevious ? (
        <div className="results-more">
          <Button onClick={() => setShown((before) => Math.min(500, before + 2 * atOnce))} busy={isPrevious}>
            {t('list.more')}
          </Button>
        </div>
      ) : null}
    </>
  )
}

interface OrderProps {
  readonly order: LabOrderEntry
  readonly patient: PatientSummary
  /** The open orders that share its tube, itself among them. */
  readonly ofTube: readonly LabOrderEntry[]
}

const Order = ({ order, patient, ofTube }: OrderProps) => {
  const may = useWho()?.actions ?? []
  const [asking, setAsking] = useState<'withdraw' | 'close'>()
  const [withdraw, withdrawing] = useAct('withdrawLabOrder')
  const [close, closing] = useAct('closeLabOrder')
  const isOpen = order.status === 'active'
  const counted = order.tests.filter(({ isCalculated }) => !isCalculated).length
  return (
    <li data-status={order.status} data-accession={order.accession}>
      <div className="order-head">
        <strong dir="auto">{order.test}</strong>
        <Urgency priority={order.priority} />
        <Mark tone={isOpen ? 'accent' : 'plain'}>{t(`status.${order.status}`)}</Mark>
      </div>
      <Accession accession={order.accession} />
      <span className="faint small">{t('list.by', { by: order.by, date: formatDayTime(order.at) })}</span>
      {order.reason === '' ? null : <span className="small">{t('list.reason', { reason: order.reason })}</span>}
      {order.again && isOpen && order.stage === 'ordered' ? (
        <Mark tone="abnormal" sign="!">
          {t('list.again', { reason: t(`reject.${order.again.reason}`), by: order.again.by, date: formatDayTime(order.again.at), rejected: order.again.rejected })}
        </Mark>
      ) : null}
      {order.withdrawn ? <span className="small">{t('list.withdrawn', { by: order.withdrawn.by, date: formatDayTime(order.withdrawn.at), why: order.withdrawn.why })}</span> : <Track order={order} />}
      {order.closed ? <span className="small">{t('list.closed', { by: order.closed.by, date: formatDayTime(order.closed.at), why: order.closed.why })}</span> : null}
      {isOpen && order.resulted > 0 ? (
        <span className="small">
          {t('list.part', { resulted: order.resulted, count: counted })}. {t('list.missing', { tests: order.missing.join(', ') })}
        </span>
      ) : null}
      <div className="order-acts">
        {isOpen ? <SampleActs order={{ ...order, test: ofTube.map(({ test }) => test).join(', ') }} patient={patient} /> : null}
        {isOpen ? <LabelsButton patient={patient} orders={ofTube} /> : null}
        {isOpen ? <EnterResults patient={patient.id} order={order.id} test={order.test} accession={order.accession} /> : null}
        {isOpen && order.resulted > 0 && may.includes('result.verify') ? (
          <Button kind="quiet" onClick={() => setAsking('close')} aria-label={t('close.label', { test: order.test })}>
            {t('close')}
          </Button>
        ) : null}
        {isOpen && may.includes('order.write') ? (
          <Button kind="quiet" onClick={() => setAsking('withdraw')} aria-label={t('withdraw.label', { test: order.test })}>
            {t('withdraw')}
          </Button>
        ) : null}
        <HistoryButton patient={patient.id} type="ServiceRequest" record={order.id} what={order.test} />
      </div>
      {asking === 'withdraw' ? (
        <WhyDialog
          draftKey={`order-withdraw:${order.id}`} title={t('withdraw.title', { test: order.test })} text={t('withdraw.text')} save={t('withdraw.save')}
          {...withdrawing} onSave={async (why) => (await withdraw({ patient: patient.id, order: order.id, why })).ok} onClose={() => setAsking(undefined)}
        />
      ) : null}
      {asking === 'close' ? (
        <WhyDialog
          draftKey={`order-close:${order.id}`} title={t('close.title', { test: order.test })} text={t('close.text', { tests: order.missing.join(', ') })} save={t('close.save')}
          {...closing} onSave={async (why) => (await close({ patient: patient.id, order: order.id, why })).ok} onClose={() => setAsking(undefined)}
        />
      ) : null}
    </li>
  )
}

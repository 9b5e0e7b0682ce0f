import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { results as words } from '../../../resources/locales/en/results'
import type { OrderEntry } from '../../../shared/contract'
import { Button, formatDayTime, Mark, wording } from '../../components'
import { HistoryButton } from '../history'
import { EnterResults } from '../result-entry'
import './orders.css'

const t = wording(words)

/** An accession number as it goes on the tube: large, and one press copies it. */
export const Accession = ({ accession }: { readonly accession: string }) => {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    // The clipboard may be denied; the number can still be marked and read.
    await navigator.clipboard?.writeText(accession).then(
      () => setCopied(true),
      () => undefined,
    )
  }
  return (
    <span className="accession">
      <code>{accession}</code>
      <Button kind="quiet" onClick={() => void copy()} aria-label={t('order.copy', { accession })}>
        {copied ? common.copied : common.copy}
      </Button>
    </span>
  )
}

/** Orders, newest first, with what the laboratory needs: the number. */
export const OrderList = ({ orders, patient }: { readonly orders: readonly OrderEntry[]; readonly patient: string }) => (
  <ul className="orders">
    {orders.map((order) => (
      <li key={order.id} data-status={order.status}>
        <div className="order-head">
          <strong>{order.test}</strong>
          <Mark tone={order.status === 'active' ? 'accent' : 'plain'}>{t(`order.${order.status}`)}</Mark>
        </div>
        <Accession accession={order.accession} />
        <span className="faint small">{t('order.by', { by: order.by, date: formatDayTime(order.at) })}</span>
        {order.status === 'active' ? <EnterResults patient={patient} order={order.id} test={order.test} accession={order.accession} /> : null}
        <HistoryButton patient={patient} type="ServiceRequest" record={order.id} what={order.test} />
      </li>
    ))}
  </ul>
)

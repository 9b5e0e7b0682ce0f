import { useEffect, useState } from 'react'
import { navigate } from 'wouter/use-hash-location'
import { common } from '../../../../resources/locales/en/common'
import { useAct, useAnswer } from '../../../client'
import { Button, Dialog, formatDayTime, ProblemNotice } from '../../../components'
import { o, personWords } from './words'
import './orders.css'

/** In the bar: reports that this person asked for and has not read. Nothing stands there when there is none. */
export const ReportNotices = () => {
  const { value: notices } = useAnswer('listReportNotices')
  const [open, setOpen] = useState(false)
  const [told] = useAct('noticesShown')
  const [seen, { busy, problem }] = useAct('reportSeen')
  const waiting = notices ?? []
  const orders = waiting.map(({ order }) => order).join(' ')
  // They stand on the screen now: that is when the doctor was told.
  useEffect(() => {
    if (orders !== '') void told({ orders: orders.split(' ').slice(0, 100) })
  }, [orders, told])
  if (waiting.length === 0 && !open) return null
  return (
    <>
      <Button className="bar-notices" onClick={() => setOpen(true)}>
        {o('notices', { count: waiting.length })}
      </Button>
      {open ? (
        <Dialog title={o('notices.title')} width={680} closeLabel={common.close} onClose={() => setOpen(false)}>
          <div className="stack">
            {problem ? <ProblemNotice problem={problem} /> : null}
            {waiting.length === 0 ? <p role="status">{o('notices.none')}</p> : null}
            <ul className="imaging-order-list">
              {waiting.map(({ order, report, patient, what, impression, by, at }) => (
                <li key={report} data-order={order}>
                  <div className="imaging-order-head">
                    <strong>{what}</strong>
                    <span>{personWords(patient)}</span>
                  </div>
                  <p className="imaging-report-text">{impression}</p>
                  <p className="faint small">{o('notices.by', { by, at: formatDayTime(at) })}</p>
                  <div className="imaging-order-head">
                    <Button
                      onClick={() => {
                        setOpen(false)
                        navigate(`/patients/${patient.id}/imaging`)
                      }}
                    >
                      {o('notices.open')}
                    </Button>
                    <Button kind="main" busy={busy} onClick={() => void seen({ patient: patient.id, order })} aria-label={o('notices.seen.label', { what, patient: personWords(patient) })}>
                      {o('notices.seen')}
                    </Button>
                  </div>
                </li>
              ))}
            </ul>
          </div>
        </Dialog>
      ) : null}
    </>
  )
}

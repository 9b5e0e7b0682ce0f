import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { results as words } from '../../../resources/locales/en/results'
import type { PatientSummary, ReportEntry, ReportLine } from '../../../shared/contract'
import { isStriking } from '../../../shared/records/observation/deltaCheck'
import { useAnswer, useWho } from '../../client'
import { Button, Empty, formatDay, formatDayTime, Mark, Notice, ProblemNotice, ScrollRegion, useScreen, Waiting, wording } from '../../components'
import { FlagMark, OriginMark } from '../charting'
import { HistoryButton } from '../history'
import { PrintLabReport } from '../lab-report'
import { OrderList, PlaceOrderDialog } from '../orders'
import { SourceButton } from '../sources'
import { ResultHistory } from './ResultHistory'
import { flagOf, splitAtPoint, unitText } from './resultLine'
import './results.css'

export { insideOf, outsideCount } from './resultLine'

const t = wording(words)

/** Reports that are drawn at first, and with each press more; a long chart has hundreds. */
const reportsAtOnce = 20

interface Props {
  readonly patient: PatientSummary
  /** Opens the order dialog at once. */
  readonly ordering?: boolean
}

/** Orders on one side, what came back on the other. */
export const ResultsTab = ({ patient, ordering: orderAtOnce = false }: Props) => {
  const who = useWho()
  const mayOrder = who?.actions.includes('order.write') ?? false
  const orders = useAnswer('listOrders', { patient: patient.id })
  const [shown, setShown] = useState(reportsAtOnce)
  const reports = useAnswer('listReports', { patient: patient.id, limit: shown }, { keepPrevious: true })
  const [ordering, setOrdering] = useState(orderAtOnce && mayOrder)
  useScreen('results', reports.value !== undefined || reports.problem !== undefined)
  return (
    <div className="results">
      <ScrollRegion className="panel" aria-labelledby="orders-title">
        <div className="panel-head">
          <h2 id="orders-title">{t('orders')}</h2>
          {mayOrder ? <Button onClick={() => setOrdering(true)}>{t('order')}</Button> : null}
        </div>
        <OrderList patient={patient} />
      </ScrollRegion>
      <ScrollRegion className="panel" aria-labelledby="results-title">
        <div className="panel-head">
          <h2 id="results-title">{t('results')}</h2>
        </div>
        {reports.problem && !reports.value ? <ProblemNotice problem={reports.problem} onAgain={reports.refresh} /> : null}
        {reports.loading ? <Waiting>{common.waiting}</Waiting> : null}
        {reports.value?.length === 0 ? <Empty title={t('results.empty')}>{t('results.empty.text')}</Empty> : null}
        {reports.value?.map((report) => (
          <Report key={report.id} patient={patient.id} report={report} test={orders.value?.find(({ id }) => id === report.order)?.test} />
        ))}
        {(reports.value?.length ?? 0) >= shown || reports.isPrevious ? (
          <div className="results-more">
            <Button onClick={() => setShown((before) => Math.min(1_000, before + 2 * reportsAtOnce))} busy={reports.isPrevious}>
              {t('results.more')}
            </Button>
          </div>
        ) : null}
      </ScrollRegion>
      {ordering ? <PlaceOrderDialog patient={patient} onClose={() => setOrdering(false)} /> : null}
    </div>
  )
}

const originLine = ({ origin, filedBy, state, decision }: ReportEntry): string => {
  const from =
    origin.kind === 'device'
      ? t('report.device', { device: origin.device, profile: origin.profile })
      : origin.kind === 'imported'
        ? t('report.imported', { source: origin.source })
        : t('report.typed')
  const accepted = state === 'verified' && decision ? `, ${t('report.accepted', { by: decision.by })}` : ''
  return `${from}, ${filedBy === '' || filedBy === 'accession' ? t('report.matched') : t('report.filed', { by: filedBy })}${accepted}`
}

/** One report: value decimal-aligned, unit, range, flag as sign and word, where it came from and who filed it. */
export const Report = ({ patient, report, test }: { readonly patient?: string; readonly report: ReportEntry; readonly test?: string | undefined }) => {
  const unverified = report.state === 'unverified' || report.results.some((line) => line.status === 'preliminary')
  return (
    <article className="report" data-unverified={unverified || undefined} data-rejected={report.state === 'rejected' || undefined}>
      <header className="report-head">
        <h3>
          {test ?? t('results')} <code>{report.accession}</code>
        </h3>
        <span>{formatDayTime(report.issued)}</span>
        <span className="faint small">
          <OriginMark origin={report.origin} isUnverified={unverified} /> {originLine(report)}
        </span>
        {patient === undefined || report.origin.kind !== 'device' ? null : <SourceButton source={{ of: 'record', patient, type: 'DiagnosticReport', record: report.id }} what={report.accession} />}
        {patient === undefined ? null : <PrintLabReport patient={patient} report={report.id} accession={report.accession} />}
        {patient === undefined ? null : <HistoryButton patient={patient} type="DiagnosticReport" record={report.id} what={report.accession} />}
      </header>
      {unverified ? <Notice title={t('report.preliminary')} /> : null}
      {report.state === 'rejected' ? <Notice title={report.decision ? t('report.rejected', { by: report.decision.by, at: formatDayTime(report.decision.at) }) : t('report.rejected.nobody')}>{report.decision?.why}</Notice> : null}
      {report.isCorrection ? (
        <p>
          <Mark tone="info" sign="i">
            {t('report.corrected')}
          </Mark>
        </p>
      ) : null}
      {report.clock ? <p className="faint small">{clockLine(report.clock)}</p> : null}
      <table className="table result-table">
        <caption className="visually-hidden">{t('report.caption', { accession: report.accession, date: formatDayTime(report.issued) })}</caption>
        <thead>
          <tr>
            <th scope="col">{t('column.test')}</th>
            <th scope="col" className="result-value" colSpan={2}>
              {t('column.value')}
            </th>
            <th scope="col">{t('column.unit')}</th>
            <th scope="col">{t('column.range')}</th>
            <th scope="col">{t('column.flag')}</th>
          </tr>
        </thead>
        <tbody>
          {report.results.map((line, index) => (
            <Line key={`${line.code}-${index}`} line={line} {...(patient === undefined ? {} : { patient })} />
          ))}
        </tbody>
      </table>
    </article>
  )
}

const clockLine = ({ told, aheadMinutes }: NonNullable<ReportEntry['clock']>): string =>
  aheadMinutes === undefined
    ? t('report.clock.unknown', { told: formatDayTime(told) })
    : t(aheadMinutes > 0 ? 'report.clock.ahead' : 'report.clock.behind', { told: formatDayTime(told), minutes: Math.abs(aheadMinutes) })

/** How a value stands to the last one: the change in words, with the last value and its day. */
const Change = ({ delta }: { readonly delta: NonNullable<ReportLine['delta']> }) => {
  const { earlier, percent, change } = delta
  const last = t('delta.last', { value: `${earlier.value} ${unitText(earlier.unit ?? '')}`.trim(), date: formatDay(earlier.at) })
  if (!isStriking(delta)) return <div className="faint result-comment">{last}</div>
  const by = percent === undefined ? String(Number(change.toPrecision(3))) : `${Math.abs(Math.round(percent))} %`
  return (
    <div className="result-comment result-delta">
      <Mark tone="abnormal" sign={change < 0 ? '↓' : '↑'}>
        {t(change < 0 ? 'delta.fell' : 'delta.rose', { by })}
      </Mark>{' '}
      {last}
    </div>
  )
}

/** What it said before it was corrected: somebody may have acted on it. */
const Was = ({ was: { line, by, at, why } }: { readonly was: NonNullable<ReportLine['was']> }) => (
  <div className="result-comment result-was">
    {t(by === '' ? 'was' : 'was.by', { value: `${line.text} ${unitText(line.unit ?? '')}`.trim(), by, at: at === undefined ? '' : formatDayTime(at), why: why ?? '' })}
  </div>
)

const Line = ({ line, patient }: { readonly line: ReportLine; readonly patient?: string }) => {
  const [isOpen, setOpen] = useState(false)
  const flag = flagOf(line)
  const [whole, rest] = splitAtPoint(line.text)
  return (
    <tr data-status={line.status} data-flag={flag ? (flag.startsWith('critical') ? 'critical' : 'abnormal') : undefined}>
      <th scope="row">
        {patient === undefined || line.history === undefined ? (
          line.name
        ) : (
          <button type="button" className="result-name" aria-label={t('history.open', { test: line.name })} onClick={() => setOpen(true)}>
            {line.name}
          </button>
        )}
        {line.was ? <Was was={line.was} /> : null}
        {line.delta ? <Change delta={line.delta} /> : null}
        {isOpen && patient !== undefined && line.history !== undefined ? <ResultHistory patient={patient} test={line.history} line={line} onClose={() => setOpen(false)} /> : null}
        {line.comment ? <div className="faint result-comment">{line.comment}</div> : null}
        {line.sent ? <div className="faint result-comment">{t('sent', { sent: line.sent })}</div> : null}
      </th>
      <td className="result-whole">{whole}</td>
      <td className="result-rest">{rest}</td>
      <td className="result-unit">{unitText(line.unit ?? '')}</td>
      <td className={line.range ? '' : 'faint'}>
        {line.range || t('range.none')}
        {line.rangeFrom === 'catalogue' ? <div className="faint result-comment">{t('range.catalogue')}</div> : null}
      </td>
      <td>
        <FlagMark flag={flag} />
        {line.status === 'final' ? null : <Mark>{t(`status.${line.status}`)}</Mark>}
      </td>
    </tr>
  )
}

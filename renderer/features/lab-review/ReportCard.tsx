import { useState } from 'react'
import type { DecideResults, UnverifiedReport, UnverifiedResult } from '../../../shared/contract'
import { Button, formatDate, formatDay, formatDayTime, Mark } from '../../components'
import { FlagMark } from '../charting'
import { flagOf, splitAtPoint, unitText } from '../results'
import { SourceButton } from '../sources'
import { t } from './words'

interface Props {
  readonly report: UnverifiedReport
  readonly busy: boolean
  readonly onDecide: (decision: DecideResults['decision'], results: readonly string[]) => void
}

const genders = ['male', 'female', 'other', 'unknown'] as const

/** One report: whose it is, what came, what speaks against it, and what to do with it. */
export const ReportCard = ({ report, busy, onDecide }: Props) => {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const open = report.results.filter(({ state }) => state === 'waiting')
  const chosen = open.filter(({ id }) => picked.has(id)).map(({ id }) => id)
  const pick = (id: string, isPicked: boolean) => setPicked(new Set(isPicked ? [...picked, id] : [...picked].filter((each) => each !== id)))
  const amount = chosen.length === 0 ? 'all' : 'some'
  const count = { count: chosen.length }
  const gender = genders.find((each) => each === report.gender)
  return (
    <article className="panel lab-report" aria-label={`${report.patientName}, ${report.test}`}>
      <header className="lab-report-head">
        <div className="lab-report-who">
          <h2>{report.patientName}</h2>
          <span>
            {[report.patientNumber, report.birthDate ? t('verify.born', { date: formatDate(report.birthDate) }) : '', gender ? t(`gender.${gender}`) : ''].filter(Boolean).join(' · ')}
          </span>
        </div>
        <div className="lab-report-what">
          <strong>{report.test}</strong> <code>{report.accession}</code>
          <span className="faint">
            {report.deviceName === '' ? t('verify.typedBy', { name: report.typedBy ?? '' }) : report.deviceName} · {t('verify.measured', { at: formatDayTime(report.measuredAt) })}
            {report.clock ? ` (${t('verify.clock', { told: formatDayTime(report.clock.told) })})` : ''} · {t('verify.received', { at: formatDayTime(report.receivedAt) })}
          </span>
        </div>
      </header>
      <div className="lab-report-table">
        <table className="table lab-table">
          <caption className="visually-hidden">{t('verify.caption', { name: report.patientName, test: report.test })}</caption>
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">{t('column.pick')}</span>
              </th>
              <th scope="col">{t('column.test')}</th>
              <th scope="col" className="lab-value" colSpan={2}>
                {t('column.value')}
              </th>
              <th scope="col">{t('column.unit')}</th>
              <th scope="col">{t('column.range')}</th>
              <th scope="col">{t('column.flag')}</th>
              <th scope="col">{t('column.last')}</th>
              <th scope="col">{t('column.why')}</th>
            </tr>
          </thead>
          <tbody>
            {report.results.map((result) => (
              <Row key={result.id} result={result} isPicked={picked.has(result.id)} onPick={(isPicked) => pick(result.id, isPicked)} />
            ))}
          </tbody>
        </table>
      </div>
      <footer className="lab-report-acts">
        <Button kind="main" busy={busy} disabled={open.length === 0} onClick={() => onDecide('accept', chosen)}>
          {t(`accept.${amount}`, count)}
        </Button>
        <Button busy={busy} onClick={() => onDecide('re-run', chosen)}>
          {t(`re-run.${amount}`, count)}
        </Button>
        <Button busy={busy} onClick={() => onDecide('reject', chosen)}>
          {t(`reject.${amount}`, count)}
        </Button>
        <span className="spread" />
        <SourceButton source={{ of: 'record', patient: report.patient, type: 'DiagnosticReport', record: report.report }} what={report.accession} />
        <a className="button" data-kind="quiet" href={`#/patients/${report.patient}/results`}>
          {t('open.chart')}
        </a>
      </footer>
    </article>
  )
}

const signed = (value: number): string => `${value > 0 ? '+' : value < 0 ? '−' : '±'}${Math.abs(value).toFixed(0)}`

const Row = ({ result, isPicked, onPick }: { readonly result: UnverifiedResult; readonly isPicked: boolean; readonly onPick: (isPicked: boolean) => void }) => {
  const { line, state, holds, delta, calculation } = result
  const [whole, rest] = splitAtPoint(line.text)
  const unit = line.unit ? unitText(line.unit) : ''
  return (
    <tr data-state={state}>
      <td>
        {state === 'waiting' ? (
          <label className="lab-pick">
            <input type="checkbox" checked={isPicked} onChange={(event) => onPick(event.target.checked)} aria-label={t('verify.pick', { test: line.name })} />
          </label>
        ) : null}
      </td>
      <th scope="row">
        {line.name}
        {line.comment ? <div className="faint lab-remark">{line.comment}</div> : null}
        {calculation ? <div className="faint lab-remark">{t('verify.calculated', { source: calculation.source, inputs: calculation.inputs })}</div> : null}
        {line.sent ? <div className="faint lab-remark">{t('sent', { sent: line.sent })}</div> : null}
      </th>
      <td className="lab-whole">{whole}</td>
      <td className="lab-rest">{rest}</td>
      <td className="lab-unit">{unit}</td>
      <td className={line.range ? 'lab-range' : 'lab-range faint'}>
        {line.range || t('range.none')}
        {line.rangeFrom === 'catalogue' ? <div className="faint lab-remark">{t('range.catalogue')}</div> : null}
      </td>
      <td>
        <FlagMark flag={flagOf(line)} />
      </td>
      <td className={delta ? '' : 'faint'}>
        {delta ? (
          <>
            {t('last', { value: `${delta.earlier.value} ${unitText(delta.earlier.unit ?? '')}`.trim(), date: formatDay(delta.earlier.at) })}{' '}
            {delta.percent === undefined ? null : <span data-exceeded={delta.isExceeded || undefined}>{t('last.percent', { percent: signed(delta.percent) })}</span>}
          </>
        ) : (
          t('last.none')
        )}
      </td>
      <td>
        {state === 'waiting' ? null : <Mark>{t(`state.${state}`)}</Mark>}
        {state === 'waiting' ? (
          <ul className="lab-holds">
            {holds.filter((hold) => hold !== 'by-rule' || holds.length === 1).map((hold) => (
              <li key={hold}>
                {hold === 'by-rule' ? <Mark>{t('hold.by-rule')}</Mark> : <Mark tone="abnormal" sign="!">{t(`hold.${hold}`)}</Mark>}
              </li>
            ))}
          </ul>
        ) : null}
      </td>
    </tr>
  )
}

import type { ReactNode } from 'react'
import { chart as words } from '../../../resources/locales/en/chart'
import { common } from '../../../resources/locales/en/common'
import type { Chart, PatientSummary, VitalEntry } from '../../../shared/contract'
import { useAnswer, useWho } from '../../client'
import { Button, Empty, formatAgo, formatDay, formatDayTime, formatTime, Mark, ProblemNotice, useNow, useScreen, Waiting, wording } from '../../components'
import { FlagMark, OriginMark, originWords } from '../charting'
import { LatestScore } from '../early-warning'
import { unitOf, valueOf, vitalName } from '../language'
import { ProblemsPanel } from '../problems'
import { insideOf, outsideCount } from '../results'
import type { ChartTab } from './tabs'

const t = wording(words)

interface Props {
  readonly patient: PatientSummary
  readonly reviewItems: ReactNode
  readonly onTab: (tab: ChartTab, begin?: string) => void
}

/** What matters now, on one screen without scrolling: latest signs, last encounters, what waits and what came back. */
export const Overview = ({ patient, reviewItems, onTab }: Props) => {
  const { value: chart, problem, refresh, loading } = useAnswer('readChart', { patient: patient.id })
  useScreen('chart', chart !== undefined)
  if (loading) return <Waiting>{common.waiting}</Waiting>
  if (!chart) return problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : null
  return (
    <div className="overview">
      {reviewItems ? <div className="overview-review">{reviewItems}</div> : null}
      <LatestVitals chart={chart} onTab={onTab} />
      <div className="overview-column">
        <ProblemsPanel patient={patient} />
        <Encounters chart={chart} onTab={onTab} />
      </div>
      <div className="overview-column">
        <Results chart={chart} onTab={onTab} />
        <Imaging chart={chart} onTab={onTab} />
      </div>
    </div>
  )
}

interface PartProps {
  readonly chart: Chart
  readonly onTab: Props['onTab']
}

/** The latest of each sign; a blood pressure taken together stands in one line, under the worse of its two flags. */
const latestLines = (latest: readonly VitalEntry[]): readonly { readonly entry: VitalEntry; readonly name: string; readonly value: string }[] => {
  const upper = latest.find((entry) => entry.code === 'bp-systolic')
  const lower = latest.find((entry) => entry.code === 'bp-diastolic')
  const together = upper && lower && upper.effective === lower.effective
  return latest.flatMap((entry) => {
    if (!together || (entry !== upper && entry !== lower)) return [{ entry, name: vitalName(entry.code), value: String(valueOf(entry.code, entry.value)) }]
    if (entry === lower) return []
    const worse = lower.flag && (!upper.flag || lower.flag.startsWith('critical')) ? lower.flag : upper.flag
    return [{ entry: { ...upper, ...(worse ? { flag: worse } : {}) }, name: t('vitals.pressure'), value: `${upper.value}/${lower.value}` }]
  })
}

const LatestVitals = ({ chart, onTab }: PartProps) => {
  const who = useWho()
  const mayWrite = who?.actions.includes('vitals.write')
  const now = useNow()
  return (
    <section className="panel" aria-labelledby="overview-vitals">
      <div className="panel-head">
        <h2 id="overview-vitals">{t('vitals')}</h2>
        <Button kind={mayWrite ? 'plain' : 'quiet'} onClick={() => onTab('vitals', mayWrite ? 'enter' : undefined)}>
          {mayWrite ? t('vitals.chart') : t('all')}
        </Button>
      </div>
      {chart.latestVitals.length > 0 ? <LatestScore patient={chart.banner.patient} now={now} /> : null}
      {chart.latestVitals.length === 0 ? <Empty title={t('vitals.empty')}>{t('vitals.empty.text')}</Empty> : null}
      <table className="table latest">
        <tbody>
          {latestLines(chart.latestVitals).map(({ entry, name, value }) => (
            <tr key={entry.id}>
              <th scope="row">{name}</th>
              <td className="latest-value">
                {value} <span className="latest-unit">{unitOf(entry.code)}</span>
              </td>
              <td>
                <FlagMark flag={entry.flag} />
              </td>
              <td className="latest-when" title={`${originWords(entry.origin, entry.by)}, ${formatAgo(entry.effective, now)}`}>
                <span>
                  <OriginMark origin={entry.origin} isUnverified={entry.isUnverified} /> {formatDay(entry.effective)}
                </span>{' '}
                <span>{formatTime(entry.effective)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const Encounters = ({ chart, onTab }: PartProps) => {
  const who = useWho()
  return (
    <section className="panel" aria-labelledby="overview-encounters">
      <div className="panel-head">
        <h2 id="overview-encounters">{t('encounters')}</h2>
        {who?.actions.includes('encounter.write') ? (
          <Button onClick={() => onTab('encounters', 'encounter')}>{t('encounters.new')}</Button>
        ) : (
          <Button kind="quiet" onClick={() => onTab('encounters')}>
            {t('all')}
          </Button>
        )}
      </div>
      {chart.encounters.length === 0 ? <Empty title={t('encounters.empty')}>{t('encounters.empty.text')}</Empty> : null}
      <ul className="overview-list">
        {chart.encounters.slice(0, 4).map((encounter) => {
          const note = encounter.notes.at(-1)
          return (
            <li key={encounter.id}>
              <div className="overview-line">
                <strong>{encounter.reason}</strong>
                {encounter.status === 'in-progress' ? <Mark tone="accent">{t('encounters.open')}</Mark> : null}
              </div>
              <p className="overview-note" dir="auto">
                {note ? note.text : t('encounters.nonote')}
              </p>
              <span className="faint small">
                {formatDayTime(encounter.start)} · {encounter.by}
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

const Results = ({ chart, onTab }: PartProps) => {
  const who = useWho()
  const waiting = chart.orders.filter((order) => order.status === 'active')
  const latest = chart.reports.slice(0, 3)
  return (
    <section className="panel" aria-labelledby="overview-results">
      <div className="panel-head">
        <h2 id="overview-results">{t('results')}</h2>
        {who?.actions.includes('order.write') ? (
          <Button onClick={() => onTab('results', 'order')}>{t('results.new')}</Button>
        ) : (
          <Button kind="quiet" onClick={() => onTab('results')}>
            {t('all')}
          </Button>
        )}
      </div>
      {waiting.length + latest.length === 0 ? <Empty title={t('results.empty')}>{t('results.empty.text')}</Empty> : null}
      <ul className="overview-list">
        {latest.map((report) => {
          const outside = outsideCount(report.results)
          const test = chart.orders.find((order) => order.accession === report.accession)?.test
          return (
            <li key={report.id}>
              <div className="overview-line">
                <a href={`#/patients/${chart.banner.patient.id}/results`}>
                  <strong>{test ?? report.accession}</strong>
                </a>
                {report.state === 'verified' ? null : <Mark>{t(report.state === 'rejected' ? 'results.rejected' : 'results.unverified')}</Mark>}
                {report.state === 'rejected' ? null : outside > 0 ? (
                  <Mark tone="abnormal" sign="!">
                    {t('results.outside', { count: outside })}
                  </Mark>
                ) : (
                  <Mark>{t(`results.${insideOf(report.results)}`)}</Mark>
                )}
              </div>
              <span className="faint small">
                <OriginMark origin={report.origin} isUnverified={report.state === 'unverified'} /> {formatDayTime(report.issued)} · {report.accession}
              </span>
            </li>
          )
        })}
        {waiting.slice(0, 3).map((order) => (
          <li key={order.id}>
            <div className="overview-line">
              <strong>{order.test}</strong>
              <code>{order.accession}</code>
            </div>
            <span className="faint small">
              {t('results.waiting')} · {formatDayTime(order.at)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

const Imaging = ({ chart, onTab }: PartProps) => {
  const who = useWho()
  if (!who?.actions.includes('imaging.read')) return null
  return (
    <section className="panel" aria-labelledby="overview-imaging">
      <div className="panel-head">
        <h2 id="overview-imaging">{t('imaging')}</h2>
        <span className="faint">{chart.studies === 0 ? t('imaging.none') : chart.studies === 1 ? t('imaging.one') : t('imaging.count', { count: chart.studies })}</span>
        <span className="spread" />
        <Button kind="quiet" onClick={() => onTab('imaging')}>
          {t('imaging.open')}
        </Button>
      </div>
    </section>
  )
}

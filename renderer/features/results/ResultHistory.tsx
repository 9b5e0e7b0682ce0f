import { results as words } from '../../../resources/locales/en/results'
import type { ReportLine, ResultPoint } from '../../../shared/contract'
import { useAnswer } from '../../client'
import { Dialog, formatDayTime, ProblemNotice, Waiting, wording } from '../../components'
import { FlagMark } from '../charting'
import { flagOf, unitText } from './resultLine'
import { ResultTrend } from './ResultTrend'

const t = wording(words)

/** Every result of one test of a patient: as a line over time, and as a table, the newest first. */
export const ResultHistory = ({ patient, test, line, onClose }: { readonly patient: string; readonly test: string; readonly line: ReportLine; readonly onClose: () => void }) => {
  const { value: points, problem, refresh, loading } = useAnswer('resultHistory', { patient, test })
  return (
    <Dialog title={t('history.title', { test: line.name })} closeLabel={t('history.close')} onClose={onClose} width={640}>
      <div className="stack">
        {problem && !points ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
        {loading ? <Waiting>{t('history.reading')}</Waiting> : null}
        {points ? <ResultTrend name={line.name} points={points} /> : null}
        {points ? <Table name={line.name} points={points} /> : null}
      </div>
    </Dialog>
  )
}

const Table = ({ name, points }: { readonly name: string; readonly points: readonly ResultPoint[] }) => (
  <table className="table">
    <caption className="visually-hidden">{t('history.title', { test: name })}</caption>
    <thead>
      <tr>
        <th scope="col">{t('history.when')}</th>
        <th scope="col">{t('column.value')}</th>
        <th scope="col">{t('column.range')}</th>
        <th scope="col">{t('column.flag')}</th>
      </tr>
    </thead>
    <tbody>
      {points.map(({ at, line }, index) => (
        <tr key={`${at}-${index}`}>
          <td className="nowrap">{formatDayTime(at)}</td>
          <td className="nowrap">
            <bdi>
              <strong>{line.text}</strong> {unitText(line.unit ?? '')}
            </bdi>
          </td>
          <td className={line.range ? 'nowrap' : 'faint nowrap'}>{line.range ? <bdi>{line.range}</bdi> : t('range.none')}{line.rangeFrom === 'catalogue' ? <span className="faint small"> {t('range.catalogue')}</span> : null}</td>
          <td>
            <FlagMark flag={flagOf(line)} /> {line.status === 'final' ? null : t(`status.${line.status}`)}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
)

import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { type ResponseTables, responseTo } from '../../../shared/records/early-warning/response'
import { levelsOfChart, type WarningChart, warningCharts } from '../../../shared/records/early-warning/score'
import { useAnswer, useWho } from '../../client'
import { Button, Choice, Panel, ProblemNotice, ScrollRegion, Waiting } from '../../components'
import { ResponseDialog } from './ResponseDialog'
import { intervalWord, levelWord, responseWord, t } from './words'
import './earlyWarning.css'

/** What each level of each chart asks for; doctors and administrators change it. */
export const ResponsePanel = () => {
  const who = useWho()
  const mayRead = who?.actions.includes('chart.read') ?? false
  const mayChange = who?.actions.includes('response.manage') ?? false
  const { value, problem, loading, refresh } = useAnswer('readResponses', undefined, { skip: !mayRead })
  const [chart, setChart] = useState<WarningChart>('news2')
  const [changing, setChanging] = useState(false)
  if (!mayRead) return null
  return (
    <Panel id="responses" title={t('table.title')}>
      <div className="response-head">
        <Choice label={t('table.chart')} hideLabel value={chart} onChoose={setChart} options={warningCharts.map((each) => ({ value: each, label: t(`name.${each}`) }))} />
        <span className="faint">{t(`table.source.${chart}`)}</span>
        <span className="spread" />
        {mayChange && value ? <Button onClick={() => setChanging(true)}>{t('table.change', { name: t(`name.${chart}`) })}</Button> : null}
      </div>
      {problem && !value ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
      {loading ? <Waiting>{common.waiting}</Waiting> : null}
      {value ? <Levels chart={chart} tables={value} /> : null}
      {changing && value ? <ResponseDialog key={chart} chart={chart} tables={value} onClose={() => setChanging(false)} /> : null}
    </Panel>
  )
}

const Levels = ({ chart, tables }: { readonly chart: WarningChart; readonly tables: ResponseTables }) => (
  <ScrollRegion aria-label={t('table.of', { name: t(`name.${chart}`) })}>
    <table className="table response-table">
      <thead>
        <tr>
          <th scope="col">{t('table.level')}</th>
          <th scope="col">{t('table.every')}</th>
          <th scope="col">{t('table.monitored')}</th>
          <th scope="col">{t('table.alarm')}</th>
          <th scope="col">{t('table.calls')}</th>
        </tr>
      </thead>
      <tbody>
        {levelsOfChart[chart].map((level) => {
          const { everyMinutes, isContinuous, alerts, calls } = responseTo(tables, chart, level)
          return (
            <tr key={level}>
              <th scope="row">
                {t(`points.of.${chart}.${level}` as Parameters<typeof t>[0])} <span className="faint">{levelWord(chart, level)}</span>
              </th>
              <td className="nowrap">{intervalWord(everyMinutes)}</td>
              <td>{t(isContinuous ? 'yes' : 'no')}</td>
              <td>{t(alerts ? 'table.alarm.yes' : 'no')}</td>
              <td>{calls === '' ? responseWord(chart, level) : calls}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  </ScrollRegion>
)

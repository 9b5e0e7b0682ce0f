import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import type { CriticalEntry } from '../../../shared/contract'
import { useAnswer, useWho } from '../../client'
import { Button, Empty, formatDayTime, formatTime, Panel, ProblemNotice, ScrollRegion, useScreen, Waiting } from '../../components'
import { ResponsePanel } from '../early-warning'
import { RosterPanel } from './RosterPanel'
import { TakeAlertDialog } from './TakeAlertDialog'
import { t, valueWords, whyWords } from './words'

const days = 30

/** What waits, what became of the alerts before, and who is on duty. */
export const AlertsScreen = ({ onOpen }: { readonly onOpen: (patient: string) => void }) => {
  const who = useWho()
  const mayAnswer = who?.actions.includes('critical.answer') ?? false
  const open = useAnswer('listCriticals')
  const log = useAnswer('readCriticalLog', { days })
  const [taking, setTaking] = useState<CriticalEntry>()
  useScreen('alerts', open.value !== undefined || open.problem !== undefined)
  const answered = log.value?.entries.filter(({ answers }) => answers.length > 0).length ?? 0
  return (
    <>
      <header className="screen-head">
        <h1>{t('title')}</h1>
        <span className="faint">{t('lead')}</span>
      </header>
      <div className="screen">
        <Panel id="alerts-open" title={t('open')}>
          {open.problem && !open.value ? <ProblemNotice problem={open.problem} onAgain={open.refresh} /> : null}
          {open.loading ? <Waiting>{common.waiting}</Waiting> : null}
          {open.value?.length === 0 ? <Empty title={t('open.none')}>{t('open.none.text')}</Empty> : null}
          {open.value && open.value.length > 0 ? (
            <ul className="critical-list">
              {open.value.map((entry) => (
                <li key={entry.id}>
                  <div>
                    <strong>{entry.patientName}</strong> <span className="nowrap">{entry.patientNumber}</span>
                    <div>
                      <strong className="nowrap">
                        {entry.test} {valueWords(entry)}
                      </strong>{' '}
                      {whyWords(entry)} · <span className="nowrap">{formatDayTime(entry.at)}</span>
                      {entry.state === 'unverified' ? <> · {t('alarm.unverified')}</> : null}
                      {entry.now === undefined ? null : <> · {t('alarm.now', { now: entry.now })}</>}
                      {entry.again === undefined ? null : <> · {t('alarm.again', { time: formatTime(entry.again) })}</>}
                    </div>
                  </div>
                  <div className="acts">
                    <Button kind="quiet" onClick={() => onOpen(entry.patient)}>
                      {t('alarm.chart')}
                    </Button>
                    {mayAnswer ? (
                      <Button kind="main" aria-label={t('alarm.take.named', { test: entry.test, value: valueWords(entry), name: entry.patientName })} onClick={() => setTaking(entry)}>
                        {t('alarm.take')}
                      </Button>
                    ) : null}
                  </div>
                </li>
              ))}
            </ul>
          ) : null}
        </Panel>
        <RosterPanel />
        <ResponsePanel />
        <Panel id="alerts-log" title={t('log', { days })}>
          {log.problem && !log.value ? <ProblemNotice problem={log.problem} onAgain={log.refresh} /> : null}
          {log.loading ? <Waiting>{common.waiting}</Waiting> : null}
          {log.value?.medianMinutes === undefined ? null : <p>{t('log.median', { minutes: log.value.medianMinutes, count: answered })}</p>}
          {log.value?.entries.length === 0 ? <Empty title={t('log.none')} /> : null}
          {log.value && log.value.entries.length > 0 ? <Log entries={log.value.entries} /> : null}
        </Panel>
      </div>
      {taking ? <TakeAlertDialog key={taking.id} entry={open.value?.find(({ id }) => id === taking.id) ?? taking} onClose={() => setTaking(undefined)} /> : null}
    </>
  )
}

const Log = ({ entries }: { readonly entries: readonly CriticalEntry[] }) => (
  <ScrollRegion aria-label={t('log.table')}>
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{t('log.column.when')}</th>
          <th scope="col">{t('log.column.patient')}</th>
          <th scope="col">{t('log.column.result')}</th>
          <th scope="col">{t('log.column.went')}</th>
          <th scope="col">{t('log.column.answer')}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.id}>
            <td className="nowrap">{secondsOf(entry.at)}</td>
            <td>
              {entry.patientName} <span className="nowrap faint">{entry.patientNumber}</span>
            </td>
            <td className="nowrap">
              {entry.test} <strong>{valueWords(entry)}</strong>
            </td>
            <td>
              {entry.steps.map(({ name, from }) => (
                <div key={from}>{t('log.step', { time: secondsOf(from, entry.at), name: name ?? t('log.everybody') })}</div>
              ))}
            </td>
            <td>
              {entry.answers.map((answer) => (
                <div key={`${answer.at}${answer.by}`}>
                  <span className="nowrap">{secondsOf(answer.at, entry.at)}</span> {t('log.answer', { by: answer.by, told: answer.told, readBack: answer.readBack })}, {t('log.answer.after', { minutes: Math.round((Date.parse(answer.at) - Date.parse(entry.at)) / 6_000) / 10 })}
                  {answer.action === '' ? null : <div className="faint">{t('log.action', { action: answer.action })}</div>}
                </div>
              ))}
              {entry.again === undefined ? null : <strong>{t('alarm.again', { time: formatTime(entry.again) })}</strong>}
              {entry.answers.length > 0 ? null : entry.state === 'withdrawn' ? t(entry.score ? 'log.withdrawn.score' : 'log.withdrawn') : <strong>{t('log.waiting')}</strong>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </ScrollRegion>
)

const two = (value: number) => String(value).padStart(2, '0')

/** To the second; with the day where it is not that of `besides`. */
const secondsOf = (instant: string, besides?: string): string => {
  const at = new Date(instant)
  const time = `${formatTime(at)}:${two(at.getSeconds())}`
  return besides !== undefined && new Date(besides).toDateString() === at.toDateString() ? time : `${formatDayTime(at)}:${two(at.getSeconds())}`
}

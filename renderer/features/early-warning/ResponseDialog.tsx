import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { intervalMinutes, publishedResponses, type ResponseTable, type ResponseTables, responseTo } from '../../../shared/records/early-warning/response'
import { levelsOfChart, type WarningChart, type WarningLevel } from '../../../shared/records/early-warning/score'
import { useAct } from '../../client'
import { Button, Choice, Dialog, ProblemNotice, say, TextField, useDraft } from '../../components'
import { levelWord, responseWord, t } from './words'

interface Row {
  readonly every: string
  readonly monitored: 'yes' | 'no'
  readonly alarm: 'yes' | 'no'
  readonly calls: string
}
type Draft = Readonly<Partial<Record<WarningLevel, Row>>>

const answers = ['no', 'yes'] as const
const said = (is: boolean) => (is ? 'yes' : 'no')
const draftOf = (chart: WarningChart, tables: ResponseTables): Draft =>
  Object.fromEntries(
    levelsOfChart[chart].map((level) => {
      const { everyMinutes, isContinuous, alerts, calls } = responseTo(tables, chart, level)
      return [level, { every: String(everyMinutes), monitored: said(isContinuous), alarm: said(alerts), calls }]
    }),
  )
const minutesIn = (text: string): number | undefined => {
  const minutes = /^\d{1,4}$/.test(text.trim()) ? Number(text) : undefined
  return minutes !== undefined && minutes >= intervalMinutes.least && minutes <= intervalMinutes.most ? minutes : undefined
}

/** What each level of a chart asks for in this practice. */
export const ResponseDialog = ({ chart, tables, onClose }: { readonly chart: WarningChart; readonly tables: ResponseTables; readonly onClose: () => void }) => {
  const [draft, setDraft, clear] = useDraft<Draft>(`responses:${chart}`, () => draftOf(chart, tables))
  const [tried, setTried] = useState(false)
  const [act, { busy, problem }] = useAct('saveResponse')
  const levels = levelsOfChart[chart]
  const put = (level: WarningLevel, part: Partial<Row>) => setDraft((before) => ({ ...before, [level]: { ...before[level], ...part } as Row }))
  const save = async () => {
    setTried(true)
    if (busy) return
    const table: Partial<Record<WarningLevel, ResponseTable[WarningLevel]>> = {}
    for (const level of levels) {
      const row = draft[level]
      const everyMinutes = row && minutesIn(row.every)
      if (!row || everyMinutes === undefined) return
      table[level] = { everyMinutes, isContinuous: row.monitored === 'yes', alerts: row.alarm === 'yes', calls: row.calls.trim() }
    }
    if (!(await act({ chart, table })).ok) return
    clear()
    say(t('saved'))
    onClose()
  }
  return (
    <Dialog
      title={t('table.change', { name: t(`name.${chart}`) })}
      closeLabel={common.cancel}
      onClose={onClose}
      onSubmit={() => void save()}
      save={{ label: t('save'), busy }}
      width={760}
    >
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        <div>
          <Button kind="quiet" onClick={() => setDraft(draftOf(chart, publishedResponses))}>
            {t('table.published')}
          </Button>
        </div>
        {levels.map((level) => {
          const row = draft[level]
          return row ? (
            <fieldset key={level} className="response-level">
              <legend>
                <strong>{t(`points.of.${chart}.${level}` as Parameters<typeof t>[0])}</strong> {levelWord(chart, level)}
              </legend>
              <TextField
                label={t('table.every')}
                unit={t('plan.minutes.unit')}
                inputMode="numeric"
                maxLength={4}
                value={row.every}
                onText={(every) => put(level, { every })}
                error={tried && minutesIn(row.every) === undefined ? t('plan.minutes.wrong', { least: intervalMinutes.least, most: intervalMinutes.most }) : undefined}
              />
              <Choice label={t('table.monitored')} value={row.monitored} onChoose={(monitored) => put(level, { monitored })} options={answers.map((value) => ({ value, label: t(value) }))} />
              <Choice label={t('table.alarm')} value={row.alarm} onChoose={(alarm) => put(level, { alarm })} options={answers.map((value) => ({ value, label: t(value) }))} />
              <div className="response-calls">
                <TextField label={t('table.calls')} hint={responseWord(chart, level)} optional={t('table.calls.optional')} maxLength={200} value={row.calls} onText={(calls) => put(level, { calls })} />
              </div>
            </fieldset>
          ) : null
        })}
      </div>
    </Dialog>
  )
}

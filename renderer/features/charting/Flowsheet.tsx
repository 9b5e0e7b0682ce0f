import { useState, type KeyboardEvent } from 'react'
import { charting } from '../../../resources/locales/en/charting'
import { common } from '../../../resources/locales/en/common'
import type { VitalEntry } from '../../../shared/contract'
import type { WarningScore } from '../../../shared/records/early-warning/score'
import { minuteOf } from '../../../shared/records/early-warning/sets'
import type { VitalCode } from '../../../shared/records/observation/vitals'
import { newKey, useAct, useWho } from '../../client'
import { Button, Form, formatDay, formatDayTime, formatTime, Mark, ProblemNotice, say, TextField, useDraft, useKeys, wording } from '../../components'
import { ScoreMark, scoreName } from '../early-warning'
import { unclearNumber, unitOf, unitsMark, valueOf, vitalName } from '../language'
import { HistoryButton } from '../history'
import { SourceButton } from '../sources'
import { readEntry } from './entry'
import { historyOf, type Cell, type Flowsheet } from './flowsheet'
import { definitionOf, FlagMark, flagSign, flagTone, OriginMark, originWords } from './marks'

const t = wording(charting)

/** Width of a time column and of the sign column, in pixels; the trend draws on the same. */
export const columnWidth = 80
export const signWidth = 192

/** Where the eye is in the grid. */
export interface Picked {
  readonly code: VitalCode
  readonly column: number
}

interface Props {
  readonly sheet: Flowsheet
  /** The early warning score of each minute in which something was charted; empty while nobody knows how to score. */
  readonly scores: ReadonlyMap<number, WarningScore>
  readonly picked: Picked | null
  readonly onPick: (picked: Picked) => void
  /** The column that the cursor of the trend is on. */
  readonly pointed: number | null
  readonly trends: ReadonlySet<VitalCode>
  readonly onTrend: (code: VitalCode) => void
}

/** Times across, signs down. Each cell carries its flag, where it came from, and whether it was corrected. */
export const FlowsheetGrid = ({ sheet, scores, picked, onPick, pointed, trends, onTrend }: Props) => {
  const move = (event: KeyboardEvent) => {
    const by = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key]
    const cell = (event.target as HTMLElement).closest<HTMLElement>('[data-cell]')
    if (!by || !cell) return
    event.preventDefault()
    let row = Number(cell.dataset['row'])
    let column = Number(cell.dataset['column'])
    for (;;) {
      row += by[0] ?? 0
      column += by[1] ?? 0
      const line = sheet.rows[row]
      if (!line || column < 0 || column >= sheet.columns.length) return
      if (line.cells[column]) break
    }
    document.querySelector<HTMLElement>(`[data-cell][data-row="${row}"][data-column="${column}"]`)?.focus()
  }
  const reachable = picked ?? firstCell(sheet)
  useKeys(t('sheet.keys.title'), [{ keys: '← ↑ → ↓', does: t('sheet.keys.move') }])
  return (
    <table className="sheet" style={{ width: signWidth + columnWidth * sheet.columns.length }}>
      <caption className="visually-hidden">{t('sheet.title')}</caption>
      <colgroup>
        <col style={{ width: signWidth }} />
        {sheet.columns.map((column) => (
          <col key={column.at} style={{ width: columnWidth }} />
        ))}
      </colgroup>
      <thead>
        <tr className="sheet-days">
          <th scope="col" className="sheet-sign">
            {t('sheet.day.head')}
          </th>
          {daysOf(sheet).map((day) => (
            <th key={day.at} scope="colgroup" colSpan={day.columns} data-new-day>
              <span style={{ left: signWidth + 6 }}>{formatDay(day.at)}</span>
            </th>
          ))}
        </tr>
        <tr className="sheet-times">
          <th scope="col" className="sheet-sign">
            {t('sheet.sign')}
          </th>
          {sheet.columns.map((column, index) => (
            <th key={column.at} scope="col" data-new-day={column.newDay || undefined} data-pointed={index === pointed || undefined}>
              <time dateTime={column.at}>{formatTime(column.at)}</time>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <ScoreRow sheet={sheet} scores={scores} pointed={pointed} />
        {sheet.rows.map((line, row) => (
          <tr key={line.code}>
            <th scope="row" className="sheet-sign">
              {definitionOf(line.code).answers ? (
                <span className="sheet-name">{vitalName(line.code)}</span>
              ) : (
                <button
                  type="button"
                  className="sheet-name"
                  aria-pressed={trends.has(line.code)}
                  title={t('trend.show', { name: vitalName(line.code) })}
                  onClick={() => onTrend(line.code)}
                >
                  <span>{vitalName(line.code)}</span> <span className="faint small">{unitOf(line.code)}</span>
                </button>
              )}
            </th>
            {line.cells.map((cell, column) => (
              <td key={sheet.columns[column]?.at} data-new-day={sheet.columns[column]?.newDay || undefined} data-pointed={column === pointed || undefined}>
                {cell ? (
                  <button
                    type="button"
                    className="sheet-cell"
                    data-cell
                    data-row={row}
                    data-column={column}
                    data-tone={cell.entry.flag ? flagTone(cell.entry.flag) : undefined}
                    tabIndex={reachable?.code === line.code && reachable.column === column ? 0 : -1}
                    aria-pressed={picked?.code === line.code && picked.column === column}
                    onKeyDown={move}
                    onFocus={() => onPick({ code: line.code, column })}
                    onClick={() => onPick({ code: line.code, column })}
                  >
                    <CellText cell={cell} />
                  </button>
                ) : null}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The score of each set, above its signs; no row where nobody is scored. */
const ScoreRow = ({ sheet, scores, pointed }: Pick<Props, 'sheet' | 'scores' | 'pointed'>) => {
  const found = sheet.columns.map(({ at }) => scores.get(minuteOf(at)))
  if (!found.some((score) => score && score.kind !== 'not-used')) return null
  return (
    <tr className="sheet-score">
      <th scope="row" className="sheet-sign">
        <span className="sheet-name">{scoreName()}</span>
      </th>
      {found.map((score, column) => (
        <td key={sheet.columns[column]?.at} data-new-day={sheet.columns[column]?.newDay || undefined} data-pointed={column === pointed || undefined}>
          {score && score.kind !== 'not-used' ? <ScoreMark score={score} short /> : null}
        </td>
      ))}
    </tr>
  )
}

/** The days of the columns, each with how many columns it spans. */
const daysOf = (sheet: Flowsheet): readonly { readonly at: string; readonly columns: number }[] => {
  const days: { at: string; columns: number }[] = []
  for (const column of sheet.columns) {
    const day = days.at(-1)
    if (day && !column.newDay) day.columns += 1
    else days.push({ at: column.at, columns: 1 })
  }
  return days
}

const firstCell = (sheet: Flowsheet): Picked | null => {
  for (let column = sheet.columns.length - 1; column >= 0; column -= 1) {
    const line = sheet.rows.find(({ cells }) => cells[column])
    if (line) return { code: line.code, column }
  }
  return null
}

const CellText = ({ cell: { entry, others } }: { readonly cell: Cell }) => (
  <>
    {entry.flag ? (
      <>
        <span aria-hidden="true" className="sheet-flag">
          {flagSign(entry.flag)}
        </span>
        <span className="visually-hidden">{t(`flag.${entry.flag}`)}</span>
      </>
    ) : null}
    <span className="sheet-value">{valueOf(entry.code, entry.value)}</span>
    <OriginMark origin={entry.origin} isUnverified={entry.isUnverified} />
    {entry.corrects ? (
      <span className="sheet-corrected">
        <span aria-hidden="true">✎</span>
        <span className="visually-hidden">{t('sheet.corrected')}</span>
      </span>
    ) : null}
    {others.length > 0 ? (
      <span className="sheet-corrected">
        <span aria-hidden="true">+{others.length}</span>
        <span className="visually-hidden">{t('sheet.more', { count: others.length })}</span>
      </span>
    ) : null}
  </>
)

interface DetailProps {
  readonly patient: string
  readonly cell: Cell | undefined
  readonly entries: readonly VitalEntry[]
}

/** Where the picked value came from, what it was before, and the way to correct it. */
export const CellDetail = ({ patient, cell, entries }: DetailProps) => {
  if (!cell)
    return (
      <div className="cell-detail">
        <p className="faint">{t('sheet.pick')}</p>
        <ul className="sheet-legend" aria-label={t('sheet.legend')}>
          <li>○ {t('origin.typed')}</li>
          <li>◆ {t('origin.device')}</li>
          <li>◇ {t('origin.unverified')}</li>
          <li>□ {t('origin.imported')}</li>
          <li>✎ {t('sheet.corrected')}</li>
          <li>▲ {t('flag.high')}</li>
          <li>▼ {t('flag.low')}</li>
          <li>▲▲ {t('flag.critical-high')}</li>
          <li>▒ {t('trend.band')}</li>
        </ul>
      </div>
    )
  return (
    <div className="cell-detail">
      {[cell.entry, ...cell.others].map((entry) => (
        <OneValue key={entry.id} patient={patient} entry={entry} entries={entries} />
      ))}
    </div>
  )
}

const OneValue = ({ patient, entry, entries }: { readonly patient: string; readonly entry: VitalEntry; readonly entries: readonly VitalEntry[] }) => {
  const who = useWho()
  const [correcting, setCorrecting] = useState(false)
  return (
    <div className="cell-one" role="status">
      <strong className="cell-value">
        {vitalName(entry.code)} {valueOf(entry.code, entry.value)} {unitOf(entry.code)}
      </strong>
      <FlagMark flag={entry.flag} />
      {entry.corrects ? <Mark sign="✎">{t('sheet.corrected')}</Mark> : null}
      <span>{formatDayTime(entry.effective)}</span>
      <span>
        <OriginMark origin={entry.origin} isUnverified={entry.isUnverified} /> {originWords(entry.origin, entry.by)}
      </span>
      {historyOf(entry, entries).map((was) => (
        <span key={was.id} className="faint">
          {t('sheet.was', { value: valueOf(entry.code, was.value), by: was.by, date: formatDayTime(was.at) })}
        </span>
      ))}
      <HistoryButton patient={patient} type="Observation" record={entry.id} what={vitalName(entry.code)} />
      {entry.origin.kind === 'device' ? <SourceButton source={{ of: 'record', patient, type: 'Observation', record: entry.id }} what={vitalName(entry.code)} /> : null}
      {who?.actions.includes('vitals.write') && !correcting ? (
        <Button kind="quiet" onClick={() => setCorrecting(true)}>
          {t('sheet.correct')}
        </Button>
      ) : null}
      {correcting ? <Correction patient={patient} entry={entry} onDone={() => setCorrecting(false)} /> : null}
    </div>
  )
}

const Correction = ({ patient, entry, onDone }: { readonly patient: string; readonly entry: VitalEntry; readonly onDone: () => void }) => {
  // What was typed in one unit is never read in another.
  const [{ key, text }, setDraft, clear] = useDraft(`correct:${entry.id}${unitsMark()}`, () => ({ key: newKey(), text: '' }))
  const [tried, setTried] = useState(false)
  const [correct, { busy, problem }] = useAct('correctVital')
  const read = readEntry(entry.code, text)
  const wrong =
    read.kind === 'implausible'
      ? t('form.implausible', { value: text.trim(), min: read.min, max: read.max, unit: unitOf(entry.code) })
      : read.kind === 'value'
        ? undefined
        : unclearNumber(text) ?? t('form.notNumber', { value: text.trim() })
  const save = async () => {
    setTried(true)
    if (read.kind !== 'value' || busy) return
    const answer = await correct({ key, patient, observation: entry.id, value: read.value })
    if (!answer.ok) return
    clear()
    say(t('sheet.correct.saved'))
    onDone()
  }
  return (
    <Form
      className="cell-correct"
      onSave={() => void save()}
      onKey={(event) => {
        if (event.key === 'Escape') onDone()
      }}
    >
      {problem ? <ProblemNotice problem={problem} /> : null}
      <TextField
        label={t('sheet.correct.new')}
        hint={t('sheet.correct.keep')}
        unit={unitOf(entry.code)}
        inputMode={definitionOf(entry.code).answers ? 'text' : 'decimal'}
        value={text}
        onText={(typed) => setDraft((before) => ({ ...before, text: typed }))}
        error={tried ? wrong : undefined}
        autoFocus
      />
      <Button type="submit" busy={busy}>
        {t('sheet.correct.save')}
      </Button>
      <Button kind="quiet" onClick={onDone}>
        {common.cancel}
      </Button>
    </Form>
  )
}

import { useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { charting } from '../../../resources/locales/en/charting'
import { common } from '../../../resources/locales/en/common'
import type { PatientSummary, VitalEntry } from '../../../shared/contract'
import { expectedBand } from '../../../shared/records/observation/flagVitals'
import type { VitalCode } from '../../../shared/records/observation/vitals'
import { useAnswer, useWho } from '../../client'
import { Button, Choice, Empty, ProblemNotice, ScrollRegion, useNow, useScreen, Waiting, wording } from '../../components'
import { ScorePanel, useScores } from '../early-warning'
import { todayIs } from '../patients'
import { CellDetail, FlowsheetGrid, type Picked } from './Flowsheet'
import { flowsheetOf } from './flowsheet'
import { Trend } from './Trend'
import { VitalsForm } from './VitalsForm'
import './charting.css'

const t = wording(charting)
const windows = ['day', 'week', 'all'] as const
const hours = { day: 24, week: 168 } as const
/** More than a nurse charts by hand in a day; read at once, so that the tab stands at once, and again after each set. */
const readFirst = 400
/** A monitor charts some 1,500 values a day: the day before is to be seen too. Read when more than the first is looked at. */
const shownMost = 3_000
const firstTrends: readonly VitalCode[] = ['spo2', 'bp-systolic', 'pulse', 'temperature']

interface Props {
  readonly patient: PatientSummary
  /** Takes a reading from a device; comes from the devices' own screens. */
  readonly readingButton?: ReactNode
  /** The person came to chart: the first field has the focus. */
  readonly entering?: boolean
}

/** The form on one side, the flowsheet and the trend on the other; both from the same answer. */
export const VitalsTab = ({ patient, readingButton, entering: enterAtOnce = false }: Props) => {
  const who = useWho()
  const mayWrite = who?.actions.includes('vitals.write') ?? false
  const first = useAnswer('listVitals', { patient: patient.id, limit: readFirst })
  const [shown, setShown] = useState<(typeof windows)[number] | null>(null)
  const [entering, setEntering] = useState(mayWrite)
  const [choice, setChoice] = useState<{ readonly view: string; readonly picked: Picked } | null>(null)
  const [pointed, setPointed] = useState<number | null>(null)
  const [trends, setTrends] = useState<ReadonlySet<VitalCode>>(new Set(firstTrends))
  const scroller = useRef<HTMLElement>(null)
  useScreen('vitals', first.value !== undefined)

  const now = useNow()
  // The window moves on every five minutes; what is charted in between is newer than its start anyway.
  const [day, setDay] = useState(now)
  if (now.getTime() - day.getTime() > 300_000) setDay(now)
  const newest = first.value?.[0]?.effective
  // Opens on the last day when something was charted in it, else on everything: an empty grid teaches nothing.
  const view = shown ?? (newest && now.getTime() - Date.parse(newest) < hours.day * 3_600_000 ? 'day' : 'all')
  // The first page is all there is, or reaches back behind what is shown.
  const oldest = (first.value?.length ?? 0) < readFirst ? undefined : first.value?.at(-1)?.effective
  const isEnough = oldest === undefined || (view !== 'all' && Date.parse(oldest) < day.getTime() - hours[view] * 3_600_000)
  const whole = useAnswer('listVitals', { patient: patient.id, limit: shownMost }, { skip: isEnough })
  const { problem, refresh, loading } = isEnough ? first : whole
  // Until the rest is here, what is known is shown.
  const entries = isEnough ? first.value : (whole.value ?? first.value)
  // A picked cell belongs to the columns that it was picked in.
  const picked = choice?.view === view ? choice.picked : null
  const setPicked = (next: Picked) => setChoice({ view, picked: next })
  const inView = useMemo(() => {
    if (!entries || view === 'all') return entries ?? []
    const since = day.getTime() - hours[view] * 3_600_000
    return entries.filter((entry) => Date.parse(entry.effective) >= since)
  }, [entries, view, day])
  const sheet = useMemo(() => flowsheetOf(inView), [inView])
  const scored = useScores(patient, entries)
  const scores = useMemo(() => new Map(scored?.sets.map(({ minute, score }) => [minute, score])), [scored])
  const latest = useMemo(() => {
    const found = new Map<VitalCode, VitalEntry>()
    for (const entry of entries ?? []) if (!found.has(entry.code)) found.set(entry.code, entry)
    return found
  }, [entries])
  const columns = sheet.columns.length
  useLayoutEffect(() => {
    const box = scroller.current
    if (box && columns > 0) box.scrollLeft = box.scrollWidth
  }, [columns])

  const toggle = (code: VitalCode) =>
    setTrends((before) => new Set(before.has(code) ? [...before].filter((one) => one !== code) : [...before, code]))
  const today = todayIs()
  return (
    <div className="vitals" data-entering={entering || undefined}>
      {entering ? (
        <section className="panel vitals-entry" aria-labelledby="vitals-form-title">
          <div className="panel-head">
            <h2 id="vitals-form-title">{t('form.heading')}</h2>
            {readingButton}
            <Button kind="quiet" onClick={() => setEntering(false)}>
              {t('form.hide')}
            </Button>
          </div>
          <VitalsForm patient={patient} latest={latest} scoredAs={scored?.scoredAs} focused={enterAtOnce} />
        </section>
      ) : null}
      <section className="panel vitals-sheet" aria-labelledby="vitals-sheet-title">
        <div className="panel-head">
          <h2 id="vitals-sheet-title">{t('sheet.title')}</h2>
          <span className="spread" />
          {entering || !mayWrite ? null : (
            <>
              {readingButton}
              <Button onClick={() => setEntering(true)}>{t('form.open')}</Button>
            </>
          )}
          <Choice label={t('sheet.window')} hideLabel value={view} onChoose={setShown} options={windows.map((value) => ({ value, label: t(`sheet.${value}`) }))} />
        </div>
        {problem && !entries ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
        {loading ? <Waiting>{common.waiting}</Waiting> : null}
        {entries && sheet.columns.length === 0 ? <Empty title={t('sheet.empty')}>{t('sheet.empty.text')}</Empty> : null}
        {scored ? <ScorePanel patient={patient} scoredAs={scored.scoredAs} sets={scored.sets} now={now} /> : null}
        {sheet.columns.length > 0 ? (
          <>
            <ScrollRegion className="sheet-scroll" ref={scroller} aria-label={t('sheet.title')}>
              <FlowsheetGrid sheet={sheet} scores={scores} picked={picked} onPick={setPicked} pointed={pointed} trends={trends} onTrend={toggle} />
              <div className="trends">
                {sheet.rows
                  .filter((row) => trends.has(row.code) && row.cells.some((cell) => typeof cell?.entry.value === 'number'))
                  .map((row) => (
                    <Trend
                      key={row.code}
                      code={row.code}
                      sheet={sheet}
                      band={expectedBand(row.code, patient.birthDate, today)}
                      pointed={pointed}
                      onPoint={setPointed}
                    />
                  ))}
              </div>
            </ScrollRegion>
            <CellDetail
              key={picked ? `${picked.code}-${picked.column}` : 'none'}
              patient={patient.id}
              cell={picked ? sheet.rows.find((row) => row.code === picked.code)?.cells[picked.column] : undefined}
              entries={entries ?? []}
            />
          </>
        ) : null}
      </section>
    </div>
  )
}

import { useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { charting } from '../../../resources/locales/en/charting'
import { common } from '../../../resources/locales/en/common'
import type { PatientSummary, VitalEntry } from '../../../shared/contract'
import { expectedBand } from '../../../shared/records/observation/flagVitals'
import type { VitalCode } from '../../../shared/records/observation/vitals'
import { useAnswer, useWho } from '../../client'
import { Button, Choice, Empty, ProblemNotice, useScreen, Waiting, wording } from '../../components'
import { todayIs } from '../patients'
import { CellDetail, FlowsheetGrid, type Picked } from './Flowsheet'
import { flowsheetOf } from './flowsheet'
import { Trend } from './Trend'
import { VitalsForm } from './VitalsForm'
import './charting.css'

const t = wording(charting)
const windows = ['day', 'week', 'all'] as const
const hours = { day: 24, week: 168 } as const
const firstTrends: readonly VitalCode[] = ['spo2', 'bp-systolic', 'pulse', 'temperature']

interface Props {
  readonly patient: PatientSummary
  /** Takes a reading from a device; comes from the devices' own screens. */
  readonly readingButton?: ReactNode
}

/** The form on one side, the flowsheet and the trend on the other; both from the same answer. */
export const VitalsTab = ({ patient, readingButton }: Props) => {
  const who = useWho()
  const mayWrite = who?.actions.includes('vitals.write') ?? false
  const { value: entries, problem, refresh, loading } = useAnswer('listVitals', { patient: patient.id })
  const [shown, setShown] = useState<(typeof windows)[number] | null>(null)
  const [entering, setEntering] = useState(mayWrite)
  const [picked, setPicked] = useState<Picked | null>(null)
  const [pointed, setPointed] = useState<number | null>(null)
  const [trends, setTrends] = useState<ReadonlySet<VitalCode>>(new Set(firstTrends))
  const scroller = useRef<HTMLDivElement>(null)
  useScreen('vitals', entries !== undefined)

  const newest = entries?.[0]?.effective
  // Opens on the last day when something was charted in it, else on everything: an empty grid teaches nothing.
  const view = shown ?? (newest && Date.now() - new Date(newest).getTime() < hours.day * 3_600_000 ? 'day' : 'all')
  const inView = useMemo(() => {
    if (!entries || view === 'all') return entries ?? []
    const since = Date.now() - hours[view] * 3_600_000
    return entries.filter((entry) => Date.parse(entry.effective) >= since)
  }, [entries, view])
  const sheet = useMemo(() => flowsheetOf(inView), [inView])
  const latest = useMemo(() => {
    const found = new Map<VitalCode, VitalEntry>()
    for (const entry of entries ?? []) if (!found.has(entry.code)) found.set(entry.code, entry)
    return found
  }, [entries])
  useLayoutEffect(() => {
    const box = scroller.current
    if (box) box.scrollLeft = box.scrollWidth
  }, [sheet.columns.length])
  useEffect(() => setPicked(null), [view])

  const toggle = (code: VitalCode) =>
    setTrends((before) => new Set(before.has(code) ? [...before].filter((one) => one !== code) : [...before, code]))
  const today = todayIs()
  return (
    <div className="vitals" data-entering={entering || undefined}>
      {entering ? (
        <section className="panel vitals-entry" aria-labelledby="vitals-form-title">
          <div className="panel-head">
            <h2 id="vitals-form-title">{t('form.title')}</h2>
            {readingButton}
            <Button kind="quiet" onClick={() => setEntering(false)}>
              {t('form.hide')}
            </Button>
          </div>
          <VitalsForm patient={patient} latest={latest} />
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
        {sheet.columns.length > 0 ? (
          <>
            <div className="sheet-scroll" ref={scroller} tabIndex={0} role="region" aria-label={t('sheet.title')}>
              <FlowsheetGrid sheet={sheet} picked={picked} onPick={setPicked} pointed={pointed} trends={trends} onTrend={toggle} />
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
            </div>
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

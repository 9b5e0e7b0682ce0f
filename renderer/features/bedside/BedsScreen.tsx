import { useCallback, useRef, useState } from 'react'
import type { BedEntry, FeedEntry, Ward } from '../../../shared/contract'
import { useAct, useAnswer, useWho } from '../../client'
import { Button, Empty, formatWhen, ProblemNotice, ScrollRegion, useKeys, useScreen, Waiting } from '../../components'
import { PatientBanner } from '../patients'
import { AddBedDialog, ConfirmDialog, LeaveDialog, PlaceDialog, RemoveDialog, RulesDialog, SeatDialog } from './dialogs'
import { BedQuestions } from './BedQuestions'
import { FeedView } from './FeedView'
import { bedQuestions, isAt } from './questions'
import { useLive } from './useLive'
import { useWaves } from './useWaves'
import type { Trace } from './WaveTrace'
import { t } from './words'
import './bedside.css'

/** What stands over the screen, by id: what it is about may change while it stands. */
type Over = { readonly what: 'none' | 'add' | 'rules' } | { readonly what: 'seat' | 'leave' | 'remove'; readonly bed: string } | { readonly what: 'place' | 'confirm'; readonly feed: string }
const none: Over = { what: 'none' }

interface Props {
  /** One bed alone, large; absent: all of them. */
  readonly bed?: string | undefined
}

/** The beds of this workstation, what their monitors say just now, and whom they serve. */
export const BedsScreen = ({ bed: alone }: Props) => {
  const ward = useAnswer('readWard')
  const lies = alone === undefined ? undefined : ward.value?.beds.find(({ id }) => id === alone)?.patient
  useScreen(alone === undefined ? 'beds' : 'bed', ward.value !== undefined || ward.problem !== undefined)
  const screen = (
    <section className="beds filling" aria-labelledby="beds-title" data-alone={alone === undefined ? undefined : true}>
      {ward.problem ? <ProblemNotice problem={ward.problem} onAgain={ward.refresh} /> : null}
      {ward.loading ? <Waiting>…</Waiting> : null}
      {ward.value ? <WardView ward={ward.value} alone={alone} /> : null}
    </section>
  )
  if (alone === undefined) return screen
  return (
    <div className="filling">
      {lies ? <PatientBanner key={lies.id} patient={lies.id} /> : null}
      <div className="beneath">{screen}</div>
    </div>
  )
}

/** Hands the pieces of waves to the traces that are drawn. */
const useTraces = (devices: readonly string[]) => {
  const traces = useRef(new Map<string, Trace>())
  useWaves(devices, ({ device, samples, perSecond }) => traces.current.get(device)?.add(samples, perSecond))
  const keep = useCallback((device: string) => (trace: Trace | null) => {
    if (trace) traces.current.set(device, trace)
    else traces.current.delete(device)
  }, [])
  return keep
}

const hasWave = ({ waves }: FeedEntry) => waves.length > 0

const WardView = ({ ward, alone }: { readonly ward: Ward; readonly alone: string | undefined }) => {
  const who = useWho()
  const may = who?.actions.includes('reading.confirm') ?? false
  const maySet = who?.actions.includes('device.pair') ?? false
  const live = useLive()
  const [over, setOver] = useState<Over>(none)
  const [release, releasing] = useAct('releaseMonitor')
  const beds = alone === undefined ? ward.beds : ward.beds.filter(({ id }) => id === alone)
  const loose = alone === undefined ? ward.loose : []
  const shown = [...beds.flatMap(({ feeds }) => feeds), ...loose]
  const traceOf = useTraces(shown.filter(hasWave).map(({ device }) => device))
  const close = () => setOver(none)
  useKeys(t('keys.title'), may && alone === undefined ? [{ keys: 'Ctrl+N', does: t('add'), run: () => setOver({ what: 'add' }) }] : [])

  const feedView = (feed: FeedEntry) => (
    <FeedView
      key={feed.id}
      feed={feed}
      state={live.stateOf(feed)}
      pressure={live.pressureOf(feed)}
      rules={ward.rules}
      {...(hasWave(feed) ? { trace: traceOf(feed.device) } : {})}
      {...(may
        ? {
            acts: {
              place: () => setOver({ what: 'place', feed: feed.id }),
              confirm: () => setOver({ what: 'confirm', feed: feed.id }),
              release: () => void release({ feed: feed.id }),
            },
          }
        : {})}
    />
  )
  return (
    <>
      <header className="screen-head">
        <h1 id="beds-title">{alone === undefined ? t('title') : (beds[0]?.name ?? t('title'))}</h1>
        <span className="spread" />
        {alone === undefined ? (
          <>
            {maySet ? <Button onClick={() => setOver({ what: 'rules' })}>{t('rules')}</Button> : null}
            {may ? (
              <Button kind="main" onClick={() => setOver({ what: 'add' })} keys="Ctrl+N">
                {t('add')}
              </Button>
            ) : null}
          </>
        ) : (
          <a className="beds-back" href="#/beds">
            {t('back')}
          </a>
        )}
      </header>
      <ScrollRegion className="beds-body" aria-label={t('beds')}>
        <p className="faint">{t('lead')}</p>
        {releasing.problem ? <ProblemNotice problem={releasing.problem} /> : null}
        {alone !== undefined && beds.length === 0 ? <Empty title={t('gone')} action={<a href="#/beds">{t('back')}</a>} /> : null}
        {alone === undefined && ward.beds.length === 0 ? <Empty title={t('empty')}>{t('empty.text')}</Empty> : null}
        <BedQuestions questions={bedQuestions(ward.beds).filter((question) => alone === undefined || isAt(question, alone))} />
        <div className="beds-grid">
          {beds.map((bed) => (
            <article key={bed.id} className="panel bed" aria-label={bed.name}>
              <div className="panel-head bed-head">
                <div>
                  <h2>{bed.name}</h2>
                  {bed.patient ? (
                    <p>
                      <a href={`#/patients/${bed.patient.id}`}>{bed.patient.name}</a> <span className="faint">{bed.patient.number}{bed.since === undefined ? '' : ` · ${t('bed.since', { time: formatWhen(bed.since) })}`}</span>
                    </p>
                  ) : (
                    <p className="faint">{t('bed.free')}</p>
                  )}
                </div>
                <span className="spread" />
                {alone === undefined ? (
                  <a className="bed-open" href={`#/beds/${bed.id}`} aria-label={t('bed.open.of', { bed: bed.name })}>
                    {t('bed.open')}
                  </a>
                ) : null}
              </div>
              {bed.feeds.map(feedView)}
              {bed.feeds.length === 0 ? <p className="faint bed-none">{t('bed.none')}</p> : null}
              {may ? (
                <div className="bed-acts acts">
                  <Button onClick={() => setOver({ what: 'seat', bed: bed.id })}>{t(bed.patient ? 'bed.change' : 'bed.seat')}</Button>
                  {bed.patient ? (
                    <Button kind="quiet" onClick={() => setOver({ what: 'leave', bed: bed.id })}>
                      {t('bed.leave')}
                    </Button>
                  ) : (
                    <Button kind="quiet" onClick={() => setOver({ what: 'remove', bed: bed.id })}>
                      {t('bed.remove')}
                    </Button>
                  )}
                </div>
              ) : null}
            </article>
          ))}
        </div>
        {loose.length > 0 ? (
          <section aria-labelledby="loose-title">
            <h2 id="loose-title" className="beds-heading">
              {t('loose')}
            </h2>
            <div className="beds-grid">
              {loose.map((feed) => (
                <div key={feed.id} className="panel bed">
                  {feedView(feed)}
                </div>
              ))}
            </div>
          </section>
        ) : null}
      </ScrollRegion>
      <Overlay over={over} ward={ward} onOver={setOver} onClose={close} />
    </>
  )
}

interface OverlayProps {
  readonly over: Over
  readonly ward: Ward
  readonly onOver: (over: Over) => void
  readonly onClose: () => void
}

/** The dialog that stands; none where what it is about is gone. */
const Overlay = ({ over, ward, onOver, onClose }: OverlayProps) => {
  const bedOf = (id: string | undefined): BedEntry | undefined => ward.beds.find((bed) => bed.id === id)
  switch (over.what) {
    case 'none':
      return null
    case 'add':
      return <AddBedDialog onClose={onClose} />
    case 'rules':
      return <RulesDialog rules={ward.rules} onClose={onClose} />
    case 'seat':
    case 'leave':
    case 'remove': {
      const bed = bedOf(over.bed)
      if (!bed) return null
      if (over.what === 'seat') return <SeatDialog bed={bed} onClose={onClose} />
      return over.what === 'leave' ? <LeaveDialog bed={bed} onClose={onClose} /> : <RemoveDialog bed={bed} onClose={onClose} />
    }
    case 'place':
    case 'confirm': {
      const feed = [...ward.loose, ...ward.beds.flatMap(({ feeds }) => feeds)].find(({ id }) => id === over.feed)
      if (!feed) return null
      if (over.what === 'place') {
        return <PlaceDialog feed={feed} beds={ward.beds} onPlaced={({ state }) => (state === 'asking' ? onOver({ what: 'confirm', feed: feed.id }) : onClose())} onClose={onClose} />
      }
      return <ConfirmDialog feed={feed} bed={bedOf(feed.bed)} rules={ward.rules} onSeat={(bed) => onOver({ what: 'seat', bed: bed.id })} onClose={onClose} />
    }
  }
}

import { useState } from 'react'
import type { QueueEntry } from '../../../shared/contract'
import { displayName } from '../../../shared/records/patient/name'
import { minutesWaited } from '../../../shared/records/triage/queue'
import { useAct, useAnswer, useWho } from '../../client'
import { Button, Empty, formatTime, ProblemNotice, ScrollRegion, useKeys, useNow, useScreen, Waiting } from '../../components'
import { bornWords } from '../patients'
import { ArriveDialog, LeaveQueueDialog } from './dialogs'
import { TriageDialog } from './TriageDialog'
import { colourWords, isForReview, numberWords, reasonWords, t } from './words'
import './triage.css'

/** What stands over the list, by the visit: the list may change while it stands. */
type Over = { readonly what: 'none' | 'arrive' } | { readonly what: 'look' | 'leave'; readonly encounter: string }
const none: Over = { what: 'none' }

interface Props {
  /** The visit begins: where to go on. */
  readonly onSee: (patient: string) => void
}

/** Who waits, the more urgent first, with the minutes since they arrived. */
export const QueueScreen = ({ onSee }: Props) => {
  const who = useWho()
  const may = (action: 'patient.register' | 'vitals.write' | 'encounter.write') => who?.actions.includes(action) ?? false
  const queue = useAnswer('readQueue')
  const [over, setOver] = useState<Over>(none)
  const [see, seeing] = useAct('seeNext')
  const now = useNow()
  useScreen('queue', queue.value !== undefined || queue.problem !== undefined)
  const close = () => setOver(none)
  useKeys(t('title'), may('patient.register') ? [{ keys: 'Ctrl+N', does: t('arrive'), run: () => setOver({ what: 'arrive' }) }] : [])
  const waiting = queue.value?.waiting ?? []
  const chosen = 'encounter' in over ? waiting.find(({ encounter }) => encounter === over.encounter) : undefined
  const begin = async ({ patient, encounter }: QueueEntry) => {
    if ((await see({ patient: patient.id, encounter })).ok) onSee(patient.id)
  }
  return (
    <section className="filling" aria-labelledby="queue-title">
      <header className="screen-head">
        <h1 id="queue-title">{t('title')}</h1>
        <span className="spread" />
        {may('patient.register') ? (
          <Button kind="main" onClick={() => setOver({ what: 'arrive' })} keys="Ctrl+N">
            {t('arrive')}
          </Button>
        ) : null}
      </header>
      <ScrollRegion className="filling-body" aria-label={t('list')}>
        <p className="faint">{t('lead')}</p>
        {queue.problem ? <ProblemNotice problem={queue.problem} onAgain={queue.refresh} /> : null}
        {seeing.problem ? <ProblemNotice problem={seeing.problem} /> : null}
        {queue.loading ? <Waiting>…</Waiting> : null}
        {queue.value && waiting.length === 0 ? <Empty title={t('empty')}>{t('empty.text')}</Empty> : null}
        <ol className="cards">
          {waiting.map((entry) => (
            <Row
              key={entry.encounter}
              entry={entry}
              nowMs={now.getTime()}
              busy={seeing.busy}
              {...(may('vitals.write') ? { onLook: () => setOver({ what: 'look', encounter: entry.encounter }) } : {})}
              {...(may('encounter.write') ? { onSee: () => void begin(entry), onLeave: () => setOver({ what: 'leave', encounter: entry.encounter }) } : {})}
            />
          ))}
        </ol>
        {queue.value && queue.value.more > 0 ? <p>{t('more', { count: queue.value.more })}</p> : null}
      </ScrollRegion>
      {over.what === 'arrive' ? <ArriveDialog onClose={close} /> : null}
      {over.what === 'look' && chosen ? <TriageDialog key={chosen.encounter} entry={chosen} onClose={close} /> : null}
      {over.what === 'leave' && chosen ? <LeaveQueueDialog entry={chosen} onClose={close} /> : null}
    </section>
  )
}

interface RowProps {
  readonly entry: QueueEntry
  readonly nowMs: number
  readonly busy: boolean
  readonly onLook?: () => void
  readonly onSee?: () => void
  readonly onLeave?: () => void
}

const Row = ({ entry, nowMs, busy, onLook, onSee, onLeave }: RowProps) => {
  const { patient, reason, arrivedAt, triage } = entry
  const name = displayName(patient)
  return (
    <li className="panel queue-row" data-colour={triage?.colour ?? 'none'}>
      <div className="queue-colour">
        <strong>{colourWords(triage?.colour)}</strong>
        {triage && triage.colour !== triage.computed ? <span className="small">{t('raised')}</span> : null}
      </div>
      <div className="queue-who">
        <a href={`#/patients/${patient.id}`}>
          <bdi>{name}</bdi>
        </a>{' '}
        <span className="faint">
          {bornWords(patient)} · {patient.number}
        </span>
        <p>{reason}</p>
        {triage && triage.reasons.length > 0 ? <p className="small">{triage.reasons.map(reasonWords).join(' · ')}</p> : null}
        {isForReview(entry) ? <p className="queue-review">▲ {t('review', { signs: (triage?.highRisk ?? []).map(numberWords).join(', ') })}</p> : null}
        {triage && triage.missing.length > 0 ? <p className="small faint">{t('missing', { signs: triage.missing.map(numberWords).join(', ') })}</p> : null}
        {triage ? <p className="small faint">{t('by', { name: triage.by, time: formatTime(triage.at) })}</p> : null}
      </div>
      <div className="queue-waited">
        <strong>{t('waited', { count: minutesWaited(arrivedAt, nowMs) })}</strong>
        <span className="faint small">{t('waited.since', { time: formatTime(arrivedAt) })}</span>
      </div>
      <div className="queue-acts">
        {onLook ? (
          <Button kind={triage ? 'plain' : 'main'} aria-label={t(triage ? 'look.again.of' : 'look.of', { name })} onClick={onLook}>
            {t(triage ? 'look.again' : 'look')}
          </Button>
        ) : null}
        {onSee ? (
          <Button aria-label={t('see.of', { name })} disabled={busy} onClick={onSee}>
            {t('see')}
          </Button>
        ) : null}
        {onLeave ? (
          <Button kind="quiet" aria-label={t('leave.of', { name })} onClick={onLeave}>
            {t('leave')}
          </Button>
        ) : null}
      </div>
    </li>
  )
}

import { useState } from 'react'
import { common } from '../../../../resources/locales/en/common'
import type { ListedSend, OutboxState } from '../../../../shared/contract'
import { useAct, useWho } from '../../../client'
import { Button, ConfirmDialog, formatDayTime, Notice, Panel, ProblemNotice, TextField, Waiting } from '../../../components'
import { useOutbox } from './useOutbox'
import { problemWords, rowWords, t } from './words'
import './exchange.css'

/** Studies on their way to other places: how each stands, to be sent now or stopped; and when the night begins. */
export const OutboxPanel = () => {
  const actions = useWho()?.actions ?? []
  const mayRead = actions.includes('imaging.read')
  const mayAct = actions.includes('imaging.exchange')
  const { value: outbox, problem, refresh } = useOutbox(!mayRead)
  const [retry, retrying] = useAct('retrySend')
  const [stopping, setStopping] = useState<ListedSend>()
  const sendNow = async ({ id }: ListedSend) => {
    if ((await retry({ send: id })).ok) refresh()
  }
  if (!mayRead) return null
  return (
    <Panel id="imaging-outbox" title={t('outbox')}>
      <p>{t('outbox.lead')}</p>
      {problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
      {retrying.problem ? <ProblemNotice problem={retrying.problem} /> : null}
      {!outbox && !problem ? <Waiting>{common.waiting}</Waiting> : null}
      {outbox?.sends.length === 0 ? <p>{t('outbox.empty')}</p> : null}
      {outbox && outbox.sends.length > 0 ? (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('outbox.study')}</th>
              <th scope="col">{t('outbox.to')}</th>
              <th scope="col">{t('outbox.state')}</th>
              <th scope="col">{t('outbox.asked')}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {outbox.sends.map((send) => (
              <tr key={send.id} data-send={send.state}>
                <td>
                  <strong>{send.patientName}</strong>
                  <span className="faint exchange-when">{send.patientNumber}</span>
                  <span className="exchange-when">{send.description}</span>
                </td>
                <td>{send.peer.name}</td>
                <td>
                  <State send={send} />
                </td>
                <td>
                  {send.by}
                  <span className="faint exchange-when">{formatDayTime(send.askedAt)}</span>
                </td>
                <td>{mayAct ? <Acts send={send} isBusy={retrying.busy} onRetry={() => void sendNow(send)} onStop={() => setStopping(send)} /> : null}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {mayAct && outbox ? <Night night={outbox.night} /> : null}
      {stopping ? (
        <Stop
          send={stopping}
          onEnd={() => {
            setStopping(undefined)
            refresh()
          }}
        />
      ) : null}
    </Panel>
  )
}

const State = ({ send }: { readonly send: ListedSend }) => {
  const isOver = send.state === 'sent' || send.state === 'cancelled'
  const more = [problemWords(send), send.refused > 0 ? t('outbox.refused', { count: send.refused }) : '', send.attempts > 1 ? t('outbox.attempts', { count: send.attempts }) : '']
  return (
    <>
      {rowWords(send)}
      {isOver ? null : <span className="exchange-when">{more.filter((part) => part !== '').join(' ')}</span>}
    </>
  )
}

/** Whose study it is, and what. */
const studyOf = ({ patientName, description }: ListedSend): string => `${patientName}, ${description}`

const Acts = ({ send, isBusy, onRetry, onStop }: { readonly send: ListedSend; readonly isBusy: boolean; readonly onRetry: () => void; readonly onStop: () => void }) => {
  const named = { study: studyOf(send), peer: send.peer.name }
  const canSend = send.state === 'waiting' || send.state === 'failed' || send.state === 'cancelled'
  const canStop = send.state === 'waiting' || send.state === 'sending' || send.state === 'failed'
  return (
    <div className="exchange-acts">
      {canSend ? (
        <Button disabled={isBusy} onClick={onRetry} aria-label={t('outbox.retry.label', named)}>
          {t('outbox.retry')}
        </Button>
      ) : null}
      {canStop ? (
        <Button kind="quiet" onClick={onStop} aria-label={t('outbox.stop.label', named)}>
          {t('outbox.stop')}
        </Button>
      ) : null}
    </div>
  )
}

const Stop = ({ send, onEnd }: { readonly send: ListedSend; readonly onEnd: () => void }) => {
  const [stop, { busy, problem }] = useAct('cancelSend')
  return (
    <ConfirmDialog
      title={t('outbox.stop.title')}
      act={t('outbox.stop')}
      leave={common.cancel}
      busy={busy}
      problem={problem}
      onClose={onEnd}
      onAct={async () => (await stop({ send: send.id })).ok}
    >
      <p>
        <strong>{studyOf(send)}</strong>
      </p>
      <p>{t('outbox.stop.text', { sent: send.sent, peer: send.peer.name })}</p>
    </ConfirmDialog>
  )
}

const isTime = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text)

const Night = ({ night }: { readonly night: OutboxState['night'] }) => {
  const [from, setFrom] = useState(night.from)
  const [to, setTo] = useState(night.to)
  const [isSaved, setSaved] = useState(false)
  const [save, { busy, problem }] = useAct('setSendingNight')
  const isWrong = !isTime(from) || !isTime(to)
  const submit = async () => {
    setSaved(false)
    if (!isWrong && (await save({ from, to })).ok) setSaved(true)
  }
  return (
    <form
      className="exchange-night"
      aria-label={t('night')}
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <h3>{t('night')}</h3>
      <TextField label={t('night.from')} value={from} onText={setFrom} maxLength={5} inputMode="numeric" error={isTime(from) ? undefined : t('night.wrong')} />
      <TextField label={t('night.to')} value={to} onText={setTo} maxLength={5} inputMode="numeric" error={isTime(to) ? undefined : t('night.wrong')} />
      <Button type="submit" busy={busy} disabled={isWrong}>
        {t('night.save')}
      </Button>
      {problem ? <ProblemNotice problem={problem} /> : null}
      {isSaved ? <Notice tone="done" role="status" title={t('night.saved')} /> : null}
    </form>
  )
}

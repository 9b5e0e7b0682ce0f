import { useState } from 'react'
import type { SyncState } from '../../../shared/contract'
import { useAct, useAnswer, useWho } from '../../client'
import { Button, Empty, enterGoesOn, formatDayTime, Notice, ProblemNotice, TextField, useScreen } from '../../components'
import { FilesPanel } from '../files'
import { ReviewNotice } from '../review'
import { StickPanel } from '../stick'
import { x } from './exchangeWords'
import { LinkPanel } from './LinkPanel'
import { Differences, NeedsAttention } from './NeedsAttention'
import { butFor, said, t } from './words'
import { useSyncState } from './useSyncState'
import './sync.css'

const pageSize = 50

/** How this computer is in step with the others: the link, what waits, what was refused, what to review. */
export const SyncScreen = () => {
  const state = useSyncState()
  const who = useWho()
  const mayConfigure = who?.actions.includes('sync.configure') ?? false
  const [run, running] = useAct('syncNow')
  const [done, setDone] = useState<SyncState>()
  useScreen('sync', state !== undefined)
  const now = async () => {
    setDone(undefined)
    const answer = await run()
    if (answer.ok) setDone(answer.value)
  }
  return (
    <>
      <header className="screen-head">
        <h1>{t('title')}</h1>
        <span className="faint">{t('lead')}</span>
        <span className="spread" />
        {state && state.link !== 'none' ? (
          <Button kind="main" className="sync-now" busy={running.busy} onClick={() => void now()}>
            {t('now')}
          </Button>
        ) : null}
      </header>
      <div className="screen">
        {running.problem ? <ProblemNotice problem={running.problem} onAgain={() => void now()} /> : null}
        {done ? <Passed state={done} /> : null}
        {state ? <LinkPanel state={state} /> : null}
        {state ? <Differences count={state.agreement?.differing ?? 0} /> : null}
        {state ? <ReviewNotice count={state.reviewItems} /> : null}
        {state ? <Outbox state={state} /> : null}
        <FilesPanel />
        <StickPanel />
        {state && mayConfigure ? <ServerPanel state={state} /> : null}
      </div>
    </>
  )
}

/** What a pass came to. */
const Passed = ({ state }: { readonly state: SyncState }) => {
  const but = butFor(state)
  return <Notice tone={but ? 'plain' : 'done'} role="status" title={but ? t('now.done.but', but) : t('now.done')} />
}

/** What the server does not take, then what only waits for the line. */
const Outbox = ({ state }: { readonly state: SyncState }) => {
  const [pages, setPages] = useState(1)
  const { value: all, problem, refresh } = useAnswer('listOutbox', { limit: Math.min(500, pages * pageSize) }, { keepPrevious: true })
  const held = all?.filter(({ refused }) => refused !== undefined) ?? []
  const entries = all?.filter(({ refused }) => refused === undefined)
  return (
    <>
      <NeedsAttention entries={held} count={state.refused} />
      <section className="panel" aria-labelledby="sync-outbox">
        <div className="panel-head">
          <h2 id="sync-outbox">{t('outbox.title')}</h2>
        </div>
        {problem && !all ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
        {entries?.length === 0 ? <Empty title={t('outbox.empty')}>{state.link === 'none' ? t('outbox.none.text') : t('outbox.empty.text')}</Empty> : null}
        {entries && entries.length > 0 ? (
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t('outbox.record')}</th>
                <th scope="col">{x('differs.about')}</th>
                <th scope="col">{t('outbox.at')}</th>
                <th scope="col">{t('outbox.state')}</th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <tr key={entry.id}>
                  <td>{said(`type.${entry.type}`, entry.type)}</td>
                  <td>{entry.patient ? <a href={`#/patients/${entry.patient.id}`}>{entry.patient.name || entry.patient.id}</a> : x('refused.nobody')}</td>
                  <td className="nowrap">{formatDayTime(entry.at)}</td>
                  <td>{t('outbox.waiting')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : null}
        {all && all.length === pages * pageSize && all.length < 500 ? (
          <div className="panel-body">
            <Button onClick={() => setPages(pages + 1)}>{t('outbox.more')}</Button>
          </div>
        ) : null}
      </section>
    </>
  )
}

const isAddress = (text: string): boolean => {
  try {
    return /^https?:$/.test(new URL(text).protocol)
  } catch {
    return false
  }
}

const ServerPanel = ({ state }: { readonly state: SyncState }) => {
  const [url, setUrl] = useState(state.server ?? '')
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const [configure, configuring] = useAct('configureSync')
  const [disconnect, disconnecting] = useAct('disconnectSync')
  const [gone, setGone] = useState(false)
  const faults = {
    url: isAddress(url.trim()) ? undefined : t('server.url.wrong'),
    user: user.trim() ? undefined : t('server.needed'),
    password: password ? undefined : t('server.needed'),
  }
  const shown: Partial<typeof faults> = tried ? faults : {}
  const save = async () => {
    setTried(true)
    setGone(false)
    const wrong = (['url', 'user', 'password'] as const).find((name) => faults[name])
    if (wrong) return document.getElementById(`sync-${wrong}`)?.focus()
    const answer = await configure({ url: url.trim(), user: user.trim(), password })
    if (!answer.ok) return
    setPassword('')
    setTried(false)
  }
  return (
    <section className="panel" aria-labelledby="sync-server">
      <div className="panel-head">
        <h2 id="sync-server">{state.link === 'none' ? t('server.set') : t('server.change')}</h2>
      </div>
      <form
        className="panel-body stack sync-server"
        noValidate
        onKeyDown={enterGoesOn}
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        {configuring.problem ? <ProblemNotice problem={configuring.problem} /> : null}
        {gone ? <Notice tone="done" role="status" title={t('server.disconnected')} /> : null}
        <TextField id="sync-url" label={t('server.url')} hint={t('server.url.hint')} inputMode="url" value={url} onText={setUrl} error={shown.url} />
        <div className="two">
          <TextField id="sync-user" label={t('server.user')} value={user} onText={setUser} error={shown.user} />
          <TextField id="sync-password" label={t('server.password')} type="password" autoComplete="new-password" value={password} onText={setPassword} error={shown.password} />
        </div>
        <div className="acts">
          <Button kind="main" type="submit" busy={configuring.busy}>
            {t('server.save')}
          </Button>
          {state.link === 'none' ? null : (
            <Button busy={disconnecting.busy} onClick={() => void disconnect().then((answer) => setGone(answer.ok))}>
              {t('server.disconnect')}
            </Button>
          )}
        </div>
        {state.link === 'none' ? null : <p className="faint">{t('server.disconnect.text')}</p>}
      </form>
    </section>
  )
}

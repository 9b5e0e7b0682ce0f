import { useState } from 'react'
import type { OutboxEntry } from '../../../shared/contract'
import { useAct, useAnswer, useWho } from '../../client'
import { Button, Dialog, formatDayTime, Mark, Notice, ProblemNotice, say } from '../../components'
import { x } from './exchangeWords'
import { said, t } from './words'

/** Records that the server does not take: whose they are, what it said, and what can be done. Nothing is shown when there are none. */
export const NeedsAttention = ({ entries, count }: { readonly entries: readonly OutboxEntry[]; readonly count: number }) => {
  const [resend, { busy, problem }] = useAct('resendRefused')
  const actions = useWho()?.actions ?? []
  const [outcome, setOutcome] = useState<'all' | 'some'>()
  const again = async (records?: string[]) => {
    setOutcome(undefined)
    const answer = await resend(records ? { records } : {})
    if (answer.ok) setOutcome(answer.value.refused === 0 ? 'all' : 'some')
  }
  if (count === 0 && outcome !== 'all') return null
  return (
    <section className="panel sync-attention" aria-labelledby="sync-attention">
      <div className="panel-head">
        <h2 id="sync-attention">
          {x('refused.title')} <Mark sign="!">{String(count)}</Mark>
        </h2>
        <span className="spread" />
        {entries.length > 1 ? (
          <Button busy={busy} onClick={() => void again()}>
            {x('refused.resend.all')}
          </Button>
        ) : null}
      </div>
      <div className="panel-body stack">
        {outcome === 'all' ? <Notice tone="done" role="status" title={x('refused.resent.all')} /> : null}
        {outcome === 'some' ? <Notice role="status" title={x('refused.resent')} /> : null}
        {problem ? <ProblemNotice problem={problem} onAgain={() => void again()} /> : null}
        {count > 0 ? <p className="faint">{x('refused.lead')}</p> : null}
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} busy={busy} mayTake={actions.includes('review.resolve')} onAgain={() => void again([entry.id])} />
        ))}
      </div>
    </section>
  )
}

interface EntryProps {
  readonly entry: OutboxEntry
  readonly busy: boolean
  /** May give the change up for what the server has. */
  readonly mayTake: boolean
  readonly onAgain: () => void
}

const Entry = ({ entry, busy, mayTake, onAgain }: EntryProps) => {
  const [taking, setTaking] = useState(false)
  const { kind = 'other', patient, since, tries = 1 } = entry
  const written = x('refused.written', { time: formatDayTime(entry.at), author: entry.author === 'system' ? t('by.system') : entry.author })
  const type = said(`type.${entry.type}`, entry.type)
  return (
    <article className="sync-item" aria-label={`${type}: ${x(`refused.${kind}`)}`}>
      <header className="sync-item-head">
        <h3>
          {type} <span aria-hidden="true">·</span> {patient ? patient.name || patient.id : x('refused.nobody')}
        </h3>
        {patient ? <a href={`#/patients/${patient.id}`}>{x('refused.open')}</a> : null}
      </header>
      <p>
        <Mark tone="abnormal" sign="!">
          {x(`refused.${kind}`)}
        </Mark>
      </p>
      <p>{x(`refused.${kind}.next`)}</p>
      <p className="faint">
        {written}
        {since === undefined ? '' : `. ${tries > 1 ? x('refused.since', { since: formatDayTime(since), tries }) : x('refused.since.once', { since: formatDayTime(since) })}`}
      </p>
      <Technical entry={entry} />
      <div className="acts">
        <Button busy={busy} onClick={onAgain}>
          {x('refused.resend')}
        </Button>
        {mayTake && (kind === 'forbidden' || kind === 'other') ? (
          <Button kind="quiet" onClick={() => setTaking(true)}>
            {x('refused.take')}
          </Button>
        ) : null}
      </div>
      {taking ? <TakeDialog entry={entry} onClose={() => setTaking(false)} /> : null}
    </article>
  )
}

/** What the server said, for whoever looks after it: no word of a patient is in it. */
const Technical = ({ entry: { id, type, kind, refused } }: { readonly entry: OutboxEntry }) => {
  const [copied, setCopied] = useState(false)
  const text = `${type} ${id}: ${kind ?? ''}: ${refused ?? ''}`
  return (
    <details>
      <summary>{x('refused.technical')}</summary>
      <p>
        <code>{text}</code>
      </p>
      <Button
        kind="quiet"
        onClick={() => {
          // The clipboard may be denied; the text can still be marked.
          void navigator.clipboard?.writeText(text).then(
            () => setCopied(true),
            () => undefined,
          )
        }}
      >
        {copied ? x('refused.copied') : x('refused.copy')}
      </Button>
    </details>
  )
}

const TakeDialog = ({ entry, onClose }: { readonly entry: OutboxEntry; readonly onClose: () => void }) => {
  const [take, taking] = useAct('takeServersVersion')
  const go = async () => {
    const answer = await take({ record: entry.id })
    if (!answer.ok) return
    say(x('refused.taken'))
    onClose()
  }
  return (
    <Dialog
      title={x('refused.take.title')}
      closeLabel={x('refused.take.no')}
      onClose={onClose}
      onSubmit={() => void go()}
      foot={
        <Button kind="main" busy={taking.busy} onClick={() => void go()}>
          {x('refused.take.yes')}
        </Button>
      }
    >
      {taking.problem ? <ProblemNotice problem={taking.problem} /> : null}
      <p>
        <strong>
          {said(`type.${entry.type}`, entry.type)} <span aria-hidden="true">·</span> {entry.patient ? entry.patient.name || entry.patient.id : x('refused.nobody')}
        </strong>
      </p>
      <p>{x('refused.take.text', { time: formatDayTime(entry.at), author: entry.author })}</p>
    </Dialog>
  )
}

/** What the last comparison with the server found and could not mend. */
export const Differences = ({ count }: { readonly count: number }) => {
  const { value: found, problem, refresh } = useAnswer('listDifferences', undefined, { skip: count === 0 })
  if (count === 0) return null
  return (
    <section className="panel" aria-labelledby="sync-differs">
      <div className="panel-head">
        <h2 id="sync-differs">
          {x('differs.title')} <Mark sign="!">{String(count)}</Mark>
        </h2>
      </div>
      <div className="panel-body stack">
        <p className="faint">{x('differs.lead')}</p>
        {problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
      </div>
      {found && found.length > 0 ? (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{x('differs.record')}</th>
              <th scope="col">{x('differs.about')}</th>
              <th scope="col">{x('differs.at')}</th>
              <th scope="col">{x('differs.found')}</th>
            </tr>
          </thead>
          <tbody>
            {found.map(({ id, type, at, found: how, patient }) => (
              <tr key={id}>
                <td>{type ? said(`type.${type}`, type) : x('differs.number', { id })}</td>
                <td>{patient ? <a href={`#/patients/${patient.id}`}>{patient.name || patient.id}</a> : x('refused.nobody')}</td>
                <td className="nowrap">{at ? formatDayTime(at) : x('differs.unknown')}</td>
                <td>{x(`differs.${how}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </section>
  )
}

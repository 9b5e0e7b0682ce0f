import { useState } from 'react'
import { common } from '../../../../resources/locales/en/common'
import type { ArchiveJob, ArchiveState } from '../../../../shared/contract'
import { useAct, useAnswer, useEvent } from '../../../client'
import { Button, ConfirmDialog, Fact, FactList, Notice, Panel, ProblemNotice, Progress, TextField, Waiting } from '../../../components'
import { s, sizeWords } from './words'
import './storage.css'

/** How much room images take up on this computer, what may go, and whether they are as they were stored. */
export const ArchivePanel = () => {
  const { value, problem, refresh } = useAnswer('readArchive')
  const [told, setTold] = useState<ArchiveState>()
  useEvent('imagingArchiveChanged', setTold)
  const archive = told ?? value
  return (
    <Panel id="imaging-archive" title={s('archive')}>
      <p>{s('archive.lead')}</p>
      {problem && !archive ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
      {!archive && !problem ? <Waiting>{common.waiting}</Waiting> : null}
      {archive ? <Archive archive={archive} onState={setTold} /> : null}
    </Panel>
  )
}

const Archive = ({ archive, onState }: { readonly archive: ArchiveState; readonly onState: (state: ArchiveState) => void }) => {
  const { bytes, files, studies, alsoOnServer, excess, mayGo, faulty, job } = archive
  const [asking, setAsking] = useState(false)
  const [makeRoom, making] = useAct('makeRoom')
  const [check, checking] = useAct('checkArchive')
  const [mend, mending] = useAct('mendArchive')
  const running = job.state === 'running'
  const take = async (answer: ReturnType<typeof check>) => {
    const taken = await answer
    if (taken.ok) onState(taken.value)
    return taken.ok
  }
  const refused = checking.problem ?? mending.problem
  return (
    <>
      <FactList>
        <Fact name={s('archive.size')}>{s('archive.size.value', { size: sizeWords(bytes), files, studies })}</Fact>
        <Fact name={s('archive.server')}>{s('archive.server.value', { studies: alsoOnServer, all: studies })}</Fact>
        {excess > 0 ? <Fact name={s('archive.excess')}>{sizeWords(excess)}</Fact> : null}
        <Fact name={s('archive.mayGo')}>{mayGo.studies === 0 ? s('archive.mayGo.none') : s('archive.mayGo.value', { size: sizeWords(mayGo.bytes), studies: mayGo.studies })}</Fact>
        {faulty > 0 ? <Fact name={s('archive.faulty')}>{s('archive.faulty.value', { count: faulty })}</Fact> : null}
      </FactList>
      {refused ? <ProblemNotice problem={refused} /> : null}
      {running ? <RunningJob job={job} onState={onState} /> : <EndedJob job={job} />}
      <div className="archive-acts">
        <Button disabled={running || mayGo.studies === 0} onClick={() => setAsking(true)}>
          {s('room')}
        </Button>
        <Button disabled={running || files === 0} busy={checking.busy} onClick={() => void take(check())}>
          {s('check')}
        </Button>
        {faulty > 0 ? (
          <Button disabled={running} busy={mending.busy} onClick={() => void take(mend())}>
            {s('mend')}
          </Button>
        ) : null}
      </div>
      <Rule archive={archive} onState={onState} />
      {asking ? (
        <ConfirmDialog title={s('room.title', { size: sizeWords(mayGo.bytes) })} act={s('room.act')} leave={s('room.leave')} onAct={() => take(makeRoom())} onClose={() => setAsking(false)} busy={making.busy} problem={making.problem}>
          <p>{s('room.text', { studies: mayGo.studies })}</p>
        </ConfirmDialog>
      ) : null}
    </>
  )
}

const RunningJob = ({ job, onState }: { readonly job: ArchiveJob & { readonly state: 'running' }; readonly onState: (state: ArchiveState) => void }) => {
  const [cancel, { busy }] = useAct('cancelArchiveJob')
  const stop = async () => {
    const answer = await cancel()
    if (answer.ok) onState(answer.value)
  }
  return (
    <div className="archive-job" data-job={job.does}>
      <Progress label={s(`job.${job.does}`)} done={job.done} of={job.of} />
      <span role="status">
        {s(`job.${job.does}`)}: {s('job.progress', { done: job.done, of: job.of })}
      </span>
      <Button busy={busy} onClick={() => void stop()}>
        {s('job.cancel')}
      </Button>
    </div>
  )
}

/** What the last job did, and whether somebody has to do something. */
const outcomeOf = (job: ArchiveJob): { readonly tone: 'done' | 'abnormal' | 'critical'; readonly lines: readonly string[] } | undefined => {
  if (job.state === 'none' || job.state === 'running') return undefined
  if (job.state === 'failed') return { tone: 'critical', lines: [s(`job.${job.problem}`)] }
  const stopped = job.state === 'cancelled' ? [s('job.cancelled')] : []
  if (job.does === 'room') {
    const stayed = job.unconfirmed > 0 ? [s('job.room.unconfirmed', { count: job.unconfirmed })] : []
    return { tone: stayed.length > 0 ? 'abnormal' : 'done', lines: [...stopped, s('job.room.done', { size: sizeWords(job.bytes), studies: job.studies }), ...stayed] }
  }
  if (job.does === 'check') {
    const isGood = job.damaged + job.missing === 0
    return { tone: isGood ? 'done' : 'critical', lines: [...stopped, isGood ? s('job.check.good', { files: job.files }) : s('job.check.bad', { files: job.files, damaged: job.damaged, missing: job.missing })] }
  }
  const lost = job.lost > 0 ? [s('job.mend.lost', { lost: job.lost })] : []
  return { tone: lost.length > 0 ? 'critical' : 'done', lines: [...stopped, s('job.mend.done', { files: job.files }), ...lost] }
}

const EndedJob = ({ job }: { readonly job: ArchiveJob }) => {
  const outcome = outcomeOf(job)
  return outcome ? <Notice tone={outcome.tone} role={outcome.tone === 'critical' ? 'alert' : 'status'} title={outcome.lines.join(' ')} /> : null
}

const wholeNumber = (text: string): number | undefined => (/^\d{1,6}$/.test(text.trim()) ? Number(text) : undefined)

const Rule = ({ archive: { rule }, onState }: { readonly archive: ArchiveState; readonly onState: (state: ArchiveState) => void }) => {
  const [limit, setLimit] = useState(String(rule.gigabytes))
  const [days, setDays] = useState(String(rule.days))
  const [saved, setSaved] = useState(false)
  const [save, { busy, problem }] = useAct('setKeepRule')
  const next = { gigabytes: wholeNumber(limit), days: wholeNumber(days) }
  const submit = async () => {
    if (next.gigabytes === undefined || next.days === undefined) return
    const answer = await save({ gigabytes: next.gigabytes, days: next.days })
    if (!answer.ok) return
    setSaved(true)
    onState(answer.value)
  }
  return (
    <form
      className="archive-rule"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <TextField label={s('rule.limit')} hint={s('rule.limit.hint')} unit={s('rule.limit.unit')} inputMode="numeric" value={limit} onText={setLimit} error={next.gigabytes === undefined ? s('rule.fault') : undefined} />
      <TextField label={s('rule.days')} unit={s('rule.days.unit')} inputMode="numeric" value={days} onText={setDays} error={next.days === undefined ? s('rule.fault') : undefined} />
      {problem ? <ProblemNotice problem={problem} /> : null}
      <Button type="submit" busy={busy} disabled={next.gigabytes === rule.gigabytes && next.days === rule.days}>
        {s('rule.save')}
      </Button>
      {saved ? <span role="status">{s('rule.saved')}</span> : null}
    </form>
  )
}

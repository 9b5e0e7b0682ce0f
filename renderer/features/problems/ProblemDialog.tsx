import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { problemList as words } from '../../../resources/locales/en/problemList'
import type { Certainty, PatientSummary, ProblemEntry } from '../../../shared/contract'
import { useAct } from '../../client'
import { Button, Choice, Dialog, formatDate, formatDay, ProblemNotice, readDate, say, TextField, useDraft, wording } from '../../components'
import { ConceptWords } from '../codes'
import { HistoryButton } from '../history'

const t = wording(words)

interface Form {
  readonly onset: string
  readonly certainty: Certainty
  readonly ended: string
  readonly why: string
}

interface Props {
  readonly patient: PatientSummary
  readonly problem: ProblemEntry
  readonly mayWrite: boolean
  readonly onClose: () => void
}

const today = (): string => formatDay(new Date())

/** One problem: when it ended, that it is back, what was told wrong, or that it was a mistake. */
export const ProblemDialog = ({ patient, problem, mayWrite, onClose }: Props) => {
  const [form, setForm, clear] = useDraft<Form>(`problem-change:${problem.id}`, () => ({ onset: problem.onset ? formatDate(problem.onset) : '', certainty: problem.certainty, ended: today(), why: '' }))
  const [tried, setTried] = useState<'amend' | 'resolve' | 'withdraw' | null>(null)
  const [isMistake, setMistake] = useState(false)
  const [amend, amending] = useAct('amendProblem')
  const [resolve, resolving] = useAct('resolveProblem')
  const [reopen, reopening] = useAct('reopenProblem')
  const [withdraw, withdrawing] = useAct('withdrawProblem')
  const refused = amending.problem ?? resolving.problem ?? reopening.problem ?? withdrawing.problem
  const put = (change: Partial<Form>) => setForm((before) => ({ ...before, ...change }))
  const about = { patient: patient.id, problem: problem.id }
  const name = problem.concept.display
  const onset = form.onset.trim() === '' ? null : readDate(form.onset, new Date())
  const ended = readDate(form.ended, new Date())
  const isOnsetWrong = form.onset.trim() !== '' && onset === null
  const isBefore = ended !== null && problem.onset !== undefined && ended < problem.onset.slice(0, ended.length)

  const finish = (answer: { readonly ok: boolean }, words: string) => {
    if (!answer.ok) return
    say(words)
    clear()
    onClose()
  }
  const saveAmended = async () => {
    setTried('amend')
    if (!amending.busy && !isOnsetWrong) finish(await amend({ ...about, onset, certainty: form.certainty }), t('amended.said'))
  }
  const saveResolved = async () => {
    setTried('resolve')
    if (!resolving.busy && ended !== null && !isBefore) finish(await resolve({ ...about, on: ended }), t('resolved.said', { problem: name }))
  }
  const saveWithdrawn = async () => {
    setTried('withdraw')
    if (!withdrawing.busy && form.why.trim() !== '') finish(await withdraw({ ...about, why: form.why }), t('withdrawn.said', { problem: name }))
  }
  const isOver = problem.status === 'resolved'
  return (
    <Dialog title={<span dir="auto">{name}</span>} closeLabel={common.close} onClose={onClose} onSubmit={() => void (isMistake ? saveWithdrawn() : saveAmended())} width={620}>
      <div className="stack">
        {refused ? <ProblemNotice problem={refused} /> : null}
        <p className="problem-said">
          <ConceptWords concept={problem.concept} /> <HistoryButton patient={patient.id} type="Condition" record={problem.id} what={name} />
          <span className="faint small">{t('by', { by: problem.by, date: formatDay(problem.at) })}</span>
        </p>
        {mayWrite && !isMistake ? (
          <>
            {isOver ? (
              <p>
                {problem.abatement ? t('until', { date: formatDate(problem.abatement) }) : t('resolved')}{' '}
                <Button busy={reopening.busy} onClick={() => void reopen(about).then((answer) => finish(answer, t('reopened.said', { problem: name })))} data-autofocus>
                  {t('reopen')}
                </Button>
              </p>
            ) : (
              <div className="problem-row">
                <TextField
                  label={t('resolve.on')}
                  value={form.ended}
                  onText={(text) => put({ ended: text })}
                  error={tried === 'resolve' ? (ended === null ? t('date.fault') : isBefore ? t('resolve.before') : undefined) : undefined}
                  data-autofocus
                />
                <Button busy={resolving.busy} onClick={() => void saveResolved()}>
                  {t('resolve')}
                </Button>
              </div>
            )}
            <TextField label={t('onset')} hint={t('onset.hint')} value={form.onset} onText={(text) => put({ onset: text })} error={tried === 'amend' && isOnsetWrong ? t('date.fault') : undefined} />
            <Choice
              label={t('certainty')}
              value={form.certainty}
              options={(['confirmed', 'provisional'] as const).map((value) => ({ value, label: t(`certainty.${value}`) }))}
              onChoose={(certainty) => put({ certainty })}
            />
            <div className="problem-row">
              <Button kind="main" type="submit" busy={amending.busy} keys="Ctrl+Enter">
                {t('amend')}
              </Button>
              <span className="spread" />
              <Button kind="quiet" onClick={() => setMistake(true)}>
                {t('withdraw')}
              </Button>
            </div>
          </>
        ) : null}
        {mayWrite && isMistake ? (
          <>
            <p>{t('withdraw.text')}</p>
            <TextField label={t('withdraw.why')} value={form.why} maxLength={200} onText={(why) => put({ why })} error={tried === 'withdraw' && form.why.trim() === '' ? t('withdraw.why.fault') : undefined} dir="auto" />
            <div className="problem-row">
              <Button kind="main" type="submit" busy={withdrawing.busy} keys="Ctrl+Enter">
                {t('withdraw.save')}
              </Button>
              <Button onClick={() => setMistake(false)}>{common.back}</Button>
            </div>
          </>
        ) : null}
      </div>
    </Dialog>
  )
}

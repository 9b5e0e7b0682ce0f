import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { signOffActions, type InboxItem, type SignOffAction } from '../../../shared/contract'
import { newKey, useAct, useAnswer } from '../../client'
import { Button, Choice, dropDraft, formatDayTime, Notice, Pieces, ProblemNotice, say, ScrollRegion, TextArea, useDraft, Waiting } from '../../components'
import { Report } from '../results'
import { ItemMarks } from './ItemMarks'
import { personPieces, personWords, t, titleOf } from './words'

/** More reports of one patient are not asked for. */
const mostReports = 1_000

interface Props {
  readonly item: InboxItem
  /** It waits for the person at this window. */
  readonly isOwn: boolean
  /** It does not wait here any more. */
  readonly onSettled: () => void
}

/** One report, whole, and what to do about it. */
export const ItemView = ({ item, isOwn, onSettled }: Props) => {
  const person = personWords(item.patient)
  return (
    <ScrollRegion className="panel inbox-view" aria-label={`${titleOf(item)}, ${person}`}>
      <header className="inbox-view-head">
        <h2 dir="auto">{titleOf(item)}</h2>
        <ItemMarks item={item} />
        <span className="spread" />
        <a className="button" data-kind="quiet" href={`#/patients/${item.patient.id}/${item.kind === 'imaging' ? 'imaging' : 'results'}`}>
          {t('open.chart')}
        </a>
      </header>
      <p className="inbox-person">
        <strong>
          <Pieces of={personPieces(item.patient)} />
        </strong>
      </p>
      <p className="faint">
        {[
          item.orderer === '' ? t('asked.nobody') : t('asked', { by: item.orderer }),
          ...(item.takenOver ? [t('taken', { by: item.takenOver.by, at: formatDayTime(item.takenOver.at) })] : []),
        ].join(' · ')}
      </p>
      {item.signedBefore.length > 0 ? (
        <Notice tone={item.isWithdrawn ? 'abnormal' : 'info'} title={t('again', { by: item.signedBefore.join(', ') })}>
          {item.isWithdrawn ? t('withdrawn.text') : null}
        </Notice>
      ) : null}
      {item.kind === 'imaging' ? (
        <p className="inbox-text" dir="auto">
          {item.impression}
        </p>
      ) : (
        <Laboratory item={item} />
      )}
      {isOwn ? <SignOff item={item} person={person} onSettled={onSettled} /> : <TakeOver item={item} person={person} onSettled={onSettled} />}
    </ScrollRegion>
  )
}

const Laboratory = ({ item }: { readonly item: InboxItem }) => {
  const newest = useAnswer('listReports', { patient: item.patient.id })
  const isIn = ({ id }: { readonly id: string }) => id === item.report
  // It may have waited so long that many came after it.
  const all = useAnswer('listReports', { patient: item.patient.id, limit: mostReports }, { skip: newest.value?.some(isIn) !== false })
  const report = newest.value?.find(isIn) ?? all.value?.find(isIn)
  const reports = newest.problem ? newest : all
  if (reports.problem && !report) return <ProblemNotice problem={reports.problem} onAgain={reports.refresh} />
  return report ? <Report patient={item.patient.id} report={report} test={titleOf(item)} /> : <Waiting>{common.waiting}</Waiting>
}

/** What is normal is signed off as it is; of everything else a person says what follows. */
const needsWord = ({ severity, isCorrected }: InboxItem): boolean => severity !== 'normal' || isCorrected

const SignOff = ({ item, person, onSettled }: { readonly item: InboxItem; readonly person: string; readonly onSettled: () => void }) => {
  const draft = `sign-off-${item.report}`
  const [typed, setTyped] = useDraft<{ readonly action: SignOffAction | null; readonly comment: string }>(draft, { action: needsWord(item) ? null : 'none', comment: '' })
  const [sign, { busy, problem }] = useAct('signOffResult')
  const [key] = useState(newKey)
  const [tried, setTried] = useState(false)
  const isMissing = item.severity === 'critical' && typed.action === 'none' && typed.comment.trim() === ''
  const submit = async () => {
    setTried(true)
    if (typed.action === null || isMissing || busy) return
    const answer = await sign({ key, patient: item.patient.id, report: item.report, action: typed.action, comment: typed.comment.trim() })
    if (!answer.ok) return
    dropDraft(draft)
    say(t('signed', { title: titleOf(item), patient: person }))
    onSettled()
  }
  return (
    <form
      className="inbox-sign"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
        event.preventDefault()
        void submit()
      }}
    >
      <Choice
        label={t('action')}
        value={typed.action ?? undefined}
        error={tried && typed.action === null ? t('action.needed') : undefined}
        options={signOffActions.map((value) => ({ value, label: t(`action.${value}`) }))}
        onChoose={(action) => setTyped((before) => ({ ...before, action }))}
      />
      <TextArea
        label={t('comment')}
        hint={t('comment.hint')}
        rows={2}
        maxLength={2_000}
        value={typed.comment}
        error={tried && isMissing ? t('comment.needed') : undefined}
        onText={(comment) => setTyped((before) => ({ ...before, comment }))}
      />
      {problem ? <ProblemNotice problem={problem} /> : null}
      <Button kind="main" type="submit" busy={busy} aria-label={t('sign.named', { title: titleOf(item), patient: person })}>
        {t('sign')}
      </Button>
    </form>
  )
}

const TakeOver = ({ item, person, onSettled }: { readonly item: InboxItem; readonly person: string; readonly onSettled: () => void }) => {
  const [take, { busy, problem }] = useAct('takeOverResult')
  const [key] = useState(newKey)
  const owner = item.takenOver?.by ?? item.orderer
  return (
    <div className="inbox-sign">
      <p>{owner === '' ? t('take.nobody') : t('take.text', { by: owner })}</p>
      {problem ? <ProblemNotice problem={problem} /> : null}
      <Button
        kind="main"
        busy={busy}
        aria-label={t('take.named', { title: titleOf(item), patient: person })}
        onClick={() =>
          void take({ key, patient: item.patient.id, report: item.report }).then((answer) => {
            if (!answer.ok) return
            say(t('took'))
            onSettled()
          })
        }
      >
        {t('take')}
      </Button>
    </div>
  )
}

import { useState } from 'react'
import type { Problem } from '../../../shared/contract'
import { Dialog, ProblemNotice, TextField, useDraft } from '../../components'
import { t } from './words'

interface Props {
  readonly name: string
  /** Under what the typed reason is kept while the dialog is closed. */
  readonly draft: string
  readonly busy: boolean
  readonly problem: Problem | undefined
  readonly onClose: () => void
  /** Answers whether it was done. */
  readonly onReject: (why: string) => Promise<boolean>
}

/** Asks why results are rejected: the reason stands on the chart. */
export const RejectDialog = ({ name, draft, busy, problem, onClose, onReject }: Props) => {
  const [why, setWhy, clear] = useDraft(`lab-reject-${draft}`, '')
  const [tried, setTried] = useState(false)
  const isMissing = why.trim() === ''
  const submit = async () => {
    setTried(true)
    if (isMissing || busy) return
    if (await onReject(why.trim())) clear()
  }
  return (
    <Dialog
      title={t('reject.title', { name })}
      closeLabel={t('cancel')}
      onClose={onClose}
      onSubmit={() => void submit()}
      save={{ label: t('reject.all'), busy }}
    >
      <div className="lab-form">
        <p>{t('reject.lead')}</p>
        <TextField label={t('reject.why')} hint={t('reject.why.hint')} value={why} maxLength={200} error={tried && isMissing ? t('reject.fault') : undefined} onText={setWhy} data-autofocus />
        {problem ? <ProblemNotice problem={problem} /> : null}
      </div>
    </Dialog>
  )
}

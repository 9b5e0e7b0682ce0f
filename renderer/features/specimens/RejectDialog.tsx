import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { rejectReasons, type PatientSummary, type RejectReason } from '../../../shared/contract'
import { displayName } from '../../../shared/records/patient/name'
import { useAct } from '../../client'
import { Choice, Dialog, ProblemNotice, say, TextField, useDraft } from '../../components'
import { t } from './words'

interface Props {
  readonly patient: PatientSummary
  readonly accession: string
  readonly tests: readonly string[]
  readonly onClose: () => void
}

/** A second look at a tube that is sent back: whose it is, what it was for, and why it is no good. */
export const RejectDialog = ({ patient, accession, tests, onClose }: Props) => {
  const [draft, setDraft, clear] = useDraft<{ readonly reason?: RejectReason; readonly words: string }>(`specimen-reject:${accession}`, { words: '' })
  const [tried, setTried] = useState(false)
  const [reject, { busy, problem }] = useAct('rejectSpecimen')
  const lacksWords = draft.reason === 'other' && draft.words.trim() === ''
  const save = async () => {
    setTried(true)
    if (draft.reason === undefined || lacksWords || busy) return
    const answer = await reject({ accession, reason: draft.reason, words: draft.words.trim() })
    if (!answer.ok) return
    clear()
    say(t('reject.said', { accession: answer.value.accession }))
    onClose()
  }
  return (
    <Dialog title={t('reject.title', { accession })} closeLabel={common.cancel} onClose={onClose} onSubmit={() => void save()} save={{ label: t('reject.save'), busy }}>
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        <p>{t('reject.text', { name: displayName(patient), tests: tests.join(', ') })}</p>
        <Choice
          label={t('reject.reason')}
          value={draft.reason}
          options={rejectReasons.map((value) => ({ value, label: t(`reject.${value}`) }))}
          error={tried && draft.reason === undefined ? t('reject.fault') : undefined}
          onChoose={(reason) => setDraft((before) => ({ ...before, reason }))}
        />
        <TextField
          label={t('reject.words')} {...(draft.reason === 'other' ? {} : { optional: common.optional })} value={draft.words} maxLength={200} dir="auto"
          error={tried && lacksWords ? t('reject.words.fault') : undefined} onText={(words) => setDraft((before) => ({ ...before, words }))}
        />
      </div>
    </Dialog>
  )
}

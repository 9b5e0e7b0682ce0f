import { useState } from 'react'
import type { PatientSummary, QueueEntry } from '../../../shared/contract'
import { displayName } from '../../../shared/records/patient/name'
import { newKey, useAct } from '../../client'
import { Dialog, ProblemNotice, TextField, useDraft } from '../../components'
import { PatientChooser } from '../bedside'
import { t } from './words'

interface Closing {
  readonly onClose: () => void
}

interface Arrival {
  readonly key: string
  readonly patient: PatientSummary | null
  readonly reason: string
}

/** Somebody walks in: who, and why. */
export const ArriveDialog = ({ onClose }: Closing) => {
  // Who and why are kept together: found again, the reason of one is never that of whoever is chosen next.
  const [draft, setDraft, clear] = useDraft<Arrival>('triage-arrival', () => ({ key: newKey(), patient: null, reason: '' }))
  const { patient } = draft
  const choose = (next: PatientSummary) => setDraft((before) => ({ ...before, patient: next, reason: before.patient && before.patient.id !== next.id ? '' : before.reason }))
  const [tried, setTried] = useState(false)
  const [arrive, { busy, problem }] = useAct('arrive')
  const save = async () => {
    setTried(true)
    const reason = draft.reason.trim()
    if (!patient || reason === '' || busy) return
    if (!(await arrive({ key: draft.key, patient: patient.id, reason })).ok) return
    clear()
    onClose()
  }
  return (
    <Dialog
      title={t('arrive.title')}
      closeLabel={t('cancel')}
      onClose={onClose}
      onSubmit={() => void save()}
      width={480}
      save={{ label: patient ? t('arrive.save', { name: displayName(patient) }) : t('arrive.nobody'), busy, disabled: !patient }}
    >
      <div className="stack">
        <PatientChooser chosen={patient} onChoose={choose} />
        <TextField label={t('arrive.reason')} value={draft.reason} maxLength={200} onText={(reason) => setDraft((before) => ({ ...before, reason }))} error={tried && draft.reason.trim() === '' ? t('arrive.reason.fault') : undefined} />
        {problem ? <ProblemNotice problem={problem} /> : null}
      </div>
    </Dialog>
  )
}

/** Somebody left without being seen. */
export const LeaveQueueDialog = ({ entry: { patient, encounter }, onClose }: Closing & { readonly entry: QueueEntry }) => {
  const [reason, setReason, clear] = useDraft(`triage-left:${encounter}`, '')
  const [tried, setTried] = useState(false)
  const [leave, { busy, problem }] = useAct('leaveQueue')
  const save = async () => {
    setTried(true)
    if (reason.trim() === '' || busy) return
    if (!(await leave({ patient: patient.id, encounter, reason: reason.trim() })).ok) return
    clear()
    onClose()
  }
  return (
    <Dialog title={t('leave.title', { name: displayName(patient) })} closeLabel={t('cancel')} onClose={onClose} onSubmit={() => void save()} width={460} save={{ label: t('leave.save'), busy }}>
      <div className="stack">
        <TextField label={t('leave.reason')} value={reason} maxLength={200} onText={setReason} error={tried && reason.trim() === '' ? t('leave.reason.fault') : undefined} data-autofocus />
        {problem ? <ProblemNotice problem={problem} /> : null}
      </div>
    </Dialog>
  )
}

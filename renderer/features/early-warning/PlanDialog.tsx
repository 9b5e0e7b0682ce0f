import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import type { PatientSummary } from '../../../shared/contract'
import type { Due } from '../../../shared/records/early-warning/due'
import { intervalMinutes } from '../../../shared/records/early-warning/response'
import { displayName } from '../../../shared/records/patient/name'
import { newKey, useAct } from '../../client'
import { Choice, Dialog, ProblemNotice, say, TextField, useDraft } from '../../components'
import { t } from './words'

interface Draft {
  readonly key: string
  readonly way: 'plan' | 'score'
  readonly minutes: string
  readonly monitored: 'yes' | 'no'
  readonly reason: string
}

interface Props {
  readonly patient: PatientSummary
  /** How it is now. */
  readonly due: Due
  readonly onClose: () => void
}

/** How often a patient is observed, against the table, with the reason for it. */
export const PlanDialog = ({ patient, due, onClose }: Props) => {
  const [draft, setDraft, clear] = useDraft<Draft>(`observation-plan:${patient.id}`, () => ({
    key: newKey(), way: 'plan', minutes: due.kind === 'at' ? String(due.everyMinutes) : '', monitored: due.kind === 'at' && due.isContinuous ? 'yes' : 'no', reason: '',
  }))
  const [tried, setTried] = useState(false)
  const [act, { busy, problem }] = useAct('planObservations')
  const put = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }))
  const minutes = /^\d{1,4}$/.test(draft.minutes.trim()) ? Number(draft.minutes) : undefined
  const isMinutes = minutes !== undefined && minutes >= intervalMinutes.least && minutes <= intervalMinutes.most
  const isReason = draft.reason.trim() !== ''
  const save = async () => {
    setTried(true)
    if (busy || !isReason || (draft.way === 'plan' && !isMinutes)) return
    const asked = draft.way === 'plan' && minutes !== undefined ? { everyMinutes: minutes, isContinuous: draft.monitored === 'yes' } : null
    if (!(await act({ key: draft.key, patient: patient.id, plan: asked, reason: draft.reason.trim() })).ok) return
    clear()
    say(t('saved'))
    onClose()
  }
  return (
    <Dialog title={`${t('plan.title')} · ${displayName(patient)}`} closeLabel={common.cancel} onClose={onClose} onSubmit={() => void save()} save={{ label: t('save'), busy }}>
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        <Choice label={t('plan.way')} value={draft.way} onChoose={(way) => put({ way })} options={(['plan', 'score'] as const).map((value) => ({ value, label: t(`plan.way.${value}`) }))} />
        {draft.way === 'plan' ? (
          <>
            <TextField
              label={t('plan.minutes')}
              unit={t('plan.minutes.unit')}
              inputMode="numeric"
              value={draft.minutes}
              onText={(text) => put({ minutes: text })}
              error={tried && !isMinutes ? t('plan.minutes.wrong', { least: intervalMinutes.least, most: intervalMinutes.most }) : undefined}
              autoFocus
            />
            <Choice label={t('plan.monitored')} value={draft.monitored} onChoose={(monitored) => put({ monitored })} options={(['no', 'yes'] as const).map((value) => ({ value, label: t(value) }))} />
          </>
        ) : null}
        <TextField label={t('plan.reason')} hint={t('plan.reason.hint')} value={draft.reason} onText={(reason) => put({ reason })} error={tried && !isReason ? t('plan.reason.missing') : undefined} />
      </div>
    </Dialog>
  )
}

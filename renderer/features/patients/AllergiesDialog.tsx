import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { patients } from '../../../resources/locales/en/patients'
import type { AllergyEntry, AllergyStatus, PatientSummary } from '../../../shared/contract'
import { newKey, useAct, useWho } from '../../client'
import { Button, Choice, Dialog, formatDay, Mark, ProblemNotice, say, TextField, useDraft, wording } from '../../components'
import { HistoryButton } from '../history'
import { nameOf } from './words'

const t = wording(patients)

interface Form {
  readonly key: string
  readonly substance: string
  readonly criticality: AllergyEntry['criticality']
  readonly reaction: string
}

const blank = (): Form => ({ key: newKey(), substance: '', criticality: 'unable-to-assess', reaction: '' })

interface Props {
  readonly patient: PatientSummary
  readonly status: AllergyStatus
  readonly onClose: () => void
}

/** What is recorded, one more, or "none known" after asking. */
export const AllergiesDialog = ({ patient, status, onClose }: Props) => {
  const who = useWho()
  const mayWrite = who?.actions.includes('allergy.write') ?? false
  const [form, setForm] = useDraft<Form>(`allergy:${patient.id}`, blank)
  const [noneKey] = useState(newKey)
  const [tried, setTried] = useState(false)
  const [saved, setSaved] = useState(false)
  const [record, recording] = useAct('recordAllergy')
  const [recordNone, recordingNone] = useAct('recordNoKnownAllergies')
  const problem = recording.problem ?? recordingNone.problem
  const put = (change: Partial<Form>) => {
    setSaved(false)
    setForm((before) => ({ ...before, ...change }))
  }
  const add = async () => {
    setTried(true)
    if (!mayWrite || !form.substance.trim() || recording.busy) return
    const { key, substance, criticality, reaction } = form
    const answer = await record({ key, patient: patient.id, substance, criticality, ...(reaction.trim() ? { reaction } : {}) })
    if (!answer.ok) return
    setForm(blank())
    setTried(false)
    setSaved(true)
    document.getElementById('allergy-substance')?.focus()
  }
  const none = async () => {
    const answer = await recordNone({ key: noneKey, patient: patient.id })
    if (!answer.ok) return
    say(t('allergy.saved'))
    onClose()
  }
  return (
    <Dialog
      title={`${t('allergy.title')} · ${nameOf(patient)}`}
      closeLabel={common.close}
      onClose={onClose}
      onSubmit={() => void add()}
      width={620}
      foot={
        mayWrite ? (
          <>
            {status.status === 'recorded' ? null : (
              <Button onClick={() => void none()} busy={recordingNone.busy}>
                {t('allergy.noneKnown')}
              </Button>
            )}
            <span className="spread" role="status">
              {saved ? t('allergy.saved') : ''}
            </span>
            <Button kind="main" type="submit" busy={recording.busy} keys="Ctrl+Enter">
              {t('allergy.add')}
            </Button>
          </>
        ) : undefined
      }
    >
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        {status.status === 'recorded' ? (
          <section aria-label={t('allergy.list')}>
            <ul className="allergy-list">
              {status.allergies.map((allergy) => (
                <li key={allergy.id}>
                  <strong>{allergy.substance}</strong>
                  {allergy.criticality === 'high' ? (
                    <Mark tone="critical" sign="⚠">
                      {t('allergy.severe')}
                    </Mark>
                  ) : (
                    <Mark>{t(`allergy.${allergy.criticality}`)}</Mark>
                  )}
                  {allergy.reaction ? <span>{allergy.reaction}</span> : null}
                  <span className="faint">{t('allergy.by', { name: allergy.by, date: formatDay(allergy.at) })}</span>
                  <HistoryButton patient={patient.id} type="AllergyIntolerance" record={allergy.id} what={allergy.substance} />
                </li>
              ))}
            </ul>
          </section>
        ) : (
          <p>
            {status.status === 'none-known'
              ? `${t('allergy.none')}. ${t('allergy.none.by', { name: status.by, date: formatDay(status.at) })}`
              : `${t('allergy.notAsked')}. ${t('allergy.noneKnown.text')}`}
          </p>
        )}
        {mayWrite ? (
          <>
            <TextField
              id="allergy-substance"
              label={t('allergy.substance')}
              hint={t('allergy.substance.hint')}
              value={form.substance}
              onText={(substance) => put({ substance })}
              error={tried && !form.substance.trim() ? t('allergy.fault') : undefined}
              data-autofocus
            />
            <Choice
              label={t('allergy.criticality')}
              value={form.criticality}
              onChoose={(criticality) => put({ criticality })}
              options={(['high', 'low', 'unable-to-assess'] as const).map((value) => ({ value, label: t(`allergy.${value}`) }))}
            />
            <TextField label={t('allergy.reaction')} optional={common.optional} value={form.reaction} onText={(reaction) => put({ reaction })} />
          </>
        ) : null}
      </div>
    </Dialog>
  )
}

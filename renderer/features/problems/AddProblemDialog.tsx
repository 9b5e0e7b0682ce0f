import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { problemList as words } from '../../../resources/locales/en/problemList'
import type { Certainty, ConceptCoding, PatientSummary, ProblemEntry } from '../../../shared/contract'
import { conceptKey } from '../../../shared/records/condition/condition'
import { newKey, useAct } from '../../client'
import { Button, Choice, Dialog, ProblemNotice, readDate, say, TextField, useDraft, wording } from '../../components'
import { CodePicker, ConceptWords } from '../codes'
import { nameOf } from '../patients'

const t = wording(words)

interface Form {
  readonly key: string
  readonly concept: ConceptCoding | null
  readonly onset: string
  readonly certainty: Certainty
}

const blank = (): Form => ({ key: newKey(), concept: null, onset: '', certainty: 'confirmed' })

interface Props {
  readonly patient: PatientSummary
  /** What is on the list and not over. */
  readonly known: readonly ProblemEntry[]
  readonly onClose: () => void
}

/** One problem more: what, since when, and how sure. */
export const AddProblemDialog = ({ patient, known, onClose }: Props) => {
  const [form, setForm, clear] = useDraft<Form>(`problem:${patient.id}`, blank)
  const [tried, setTried] = useState(false)
  const [add, { busy, problem }] = useAct('addProblem')
  const put = (change: Partial<Form>) => setForm((before) => ({ ...before, ...change }))
  const onset = form.onset.trim() === '' ? undefined : readDate(form.onset, new Date())
  const save = async () => {
    setTried(true)
    if (busy || !form.concept || onset === null) return
    const answer = await add({ key: form.key, patient: patient.id, concept: form.concept, certainty: form.certainty, ...(onset === undefined ? {} : { onset }) })
    if (!answer.ok) return
    say(t('added', { problem: form.concept.display }))
    clear()
    onClose()
  }
  return (
    <Dialog title={`${t('add.title')} · ${nameOf(patient)}`} closeLabel={common.close} onClose={onClose} onSubmit={() => void save()} save={{ label: t('add.save'), busy }} width={620}>
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        {form.concept ? (
          <div className="problem-chosen">
            <ConceptWords concept={form.concept} />
            <Button kind="quiet" onClick={() => put({ concept: null })}>
              {t('add.change')}
            </Button>
          </div>
        ) : (
          <CodePicker
            label={t('add.concept')}
            use="diagnosis"
            taken={new Set(known.map(({ concept }) => conceptKey(concept)))}
            onPick={(concept) => {
              put({ concept })
              // The next thing on the form; the picker is gone with its focus.
              requestAnimationFrame(() => document.getElementById('problem-onset')?.focus())
            }}
            error={tried ? t('add.concept.fault') : undefined}
            autoFocus
          />
        )}
        <TextField
          id="problem-onset"
          label={t('onset')}
          hint={t('onset.hint')}
          optional={common.optional}
          value={form.onset}
          onText={(text) => put({ onset: text })}
          error={onset === null && tried ? t('date.fault') : undefined}
        />
        <Choice
          label={t('certainty')}
          value={form.certainty}
          options={(['confirmed', 'provisional'] as const).map((value) => ({ value, label: t(`certainty.${value}`) }))}
          onChoose={(certainty) => put({ certainty })}
        />
      </div>
    </Dialog>
  )
}

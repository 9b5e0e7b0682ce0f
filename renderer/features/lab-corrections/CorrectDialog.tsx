import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import type { VerifiedReport, VerifiedResult } from '../../../shared/contract'
import { numberTyped } from '../../../shared/records/observation/numberTyped'
import { newKey, useAct } from '../../client'
import { Dialog, Notice, Pieces, ProblemNotice, say, TextField, useDraft } from '../../components'
import { unclearNumber } from '../language'
import { personPieces, personWords, t, valueWords } from './words'

interface Props {
  readonly report: VerifiedReport
  readonly result: VerifiedResult
  readonly onClose: () => void
}

/** Another value in the place of a verified one: what it says, what it is to say, and why; a second look before it is done. */
export const CorrectDialog = ({ report, result, onClose }: Props) => {
  const { line } = result
  const [typed, setTyped, clear] = useDraft(`lab-correction-${result.id}`, { value: '', why: '' })
  const [correct, { busy, problem }] = useAct('correctResult')
  const [key] = useState(newKey)
  const [tried, setTried] = useState(false)
  const [value, why] = [typed.value.trim(), typed.why.trim()]
  const isNumber = line.value !== undefined
  const fault = value === '' || (isNumber && !numberTyped(value)) ? ((isNumber ? unclearNumber(value) : undefined) ?? t('correct.value.fault')) : value === line.text ? t('correct.same') : problem?.kind === 'implausible-value' ? t('correct.impossible') : undefined
  const submit = async () => {
    setTried(true)
    if (busy || value === '' || (isNumber && !numberTyped(value)) || value === line.text || why === '') return
    const answer = await correct({ key, patient: report.patient.id, report: report.report, result: result.id, value, why })
    if (!answer.ok) return
    clear()
    say(t('correct.done', { test: line.name, patient: personWords(report.patient) }))
    onClose()
  }
  const after = valueWords({ text: (isNumber ? numberTyped(value)?.text : undefined) ?? value, ...(line.unit !== undefined && { unit: line.unit }) })
  return (
    <Dialog title={t('correct.title', { test: line.name })} closeLabel={common.cancel} onClose={onClose} onSubmit={() => void submit()} save={{ label: t('correct.save'), busy }}>
      <div className="stack">
        <p>
          <strong>
            <Pieces of={personPieces(report.patient)} />
          </strong>{' '}
          · <code>{report.accession}</code>
        </p>
        <p>{t('correct.stands', { value: valueWords(line) })}</p>
        <TextField
          label={t('correct.value')}
          value={typed.value}
          maxLength={200}
          {...(isNumber ? { inputMode: 'decimal' as const } : {})}
          {...(line.unit === undefined ? {} : { unit: line.unit })}
          error={tried ? fault : undefined}
          onText={(text) => setTyped((before) => ({ ...before, value: text }))}
          data-autofocus
        />
        <TextField
          label={t('correct.why')}
          hint={t('correct.why.hint')}
          value={typed.why}
          maxLength={200}
          error={tried && why === '' ? t('correct.why.fault') : undefined}
          onText={(text) => setTyped((before) => ({ ...before, why: text }))}
        />
        {value !== '' && fault === undefined ? <Notice tone="info" title={t('correct.look', { before: valueWords(line), after })} /> : null}
        {problem && problem.kind !== 'implausible-value' ? <ProblemNotice problem={problem} /> : null}
      </div>
    </Dialog>
  )
}

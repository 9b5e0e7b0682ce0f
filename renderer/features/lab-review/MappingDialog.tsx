import { useState } from 'react'
import type { LabSettingsState, UnmappedCode } from '../../../shared/contract'
import { substances } from '../../../shared/standards/ucum'
import { useAct } from '../../client'
import { Choice, Dialog, Notice, ProblemNotice, SelectField, TextField, useDraft } from '../../components'
import { unitText } from '../results'
import { faultsIn, firstDraft, type MappingDraft, previewOf, sameAs } from './mapping'
import { t } from './words'

interface Props {
  readonly code: UnmappedCode
  readonly tests: LabSettingsState['tests']
  readonly onClose: () => void
  /** How many results of the tray were filed. */
  readonly onSaved: (filed: number) => void
}

/** Says what a code or a unit means: the example shows what becomes of it before anything is saved. */
export const MappingDialog = ({ code, tests, onClose, onSaved }: Props) => {
  const [draft, setDraft, clear] = useDraft<MappingDraft>(`lab-map-${code.profile}-${code.code}-${code.unit}`, firstDraft(code))
  const [tried, setTried] = useState(false)
  const [save, { busy, problem }] = useAct('saveTestMapping')
  const change = (part: Partial<MappingDraft>) => setDraft({ ...draft, ...part })
  const faults = faultsIn(code, draft)
  const preview = previewOf(code, draft)
  const same = tests.find(({ name, unit }) => name === draft.name && unit === draft.unit)
  const isKnownTest = code.expected !== undefined
  const needsSubstance = draft.substance !== '' || (preview && !preview.ok && preview.fault === 'molar-mass')
  const submit = async () => {
    setTried(true)
    if (busy || Object.keys(faults).length > 0) return
    const answer = await save({
      profile: code.profile,
      code: code.code,
      kind: draft.kind,
      name: draft.name.trim() === '' ? code.code : draft.name.trim(),
      unit: draft.unit.trim() === '' ? '1' : draft.unit.trim(),
      units: draft.kind === 'test' && code.example.value !== undefined ? { [code.unit]: draft.from.trim() } : {},
      ...(draft.loinc.trim() === '' || draft.kind === 'left-out' ? {} : { loinc: draft.loinc.trim() }),
      ...(draft.substance === '' ? {} : { substance: draft.substance }),
    })
    if (!answer.ok) return
    clear()
    onSaved(answer.value.filed)
  }
  return (
    <Dialog
      title={t('map.title', { code: code.code })}
      closeLabel={t('cancel')}
      onClose={onClose}
      onSubmit={() => void submit()}
      width={640}
      save={{ label: t('map.save'), busy }}
    >
      <div className="lab-form">
        {isKnownTest ? null : (
          <Choice
            label={t('map.kind')}
            value={draft.kind}
            options={(['test', 'left-out'] as const).map((value) => ({ value, label: t(`map.kind.${value}`) }))}
            onChoose={(kind) => change({ kind })}
            {...(draft.kind === 'left-out' ? { hint: t('map.kind.left-out.text') } : {})}
          />
        )}
        {draft.kind === 'test' && !isKnownTest ? (
          <>
            {tests.length > 0 ? (
              <SelectField
                label={t('map.same')}
                value={same?.test ?? ''}
                options={[{ value: '', label: t('map.same.none') }, ...tests.map(({ test, name, unit }) => ({ value: test, label: `${name} (${unitText(unit)})` }))]}
                onChoose={(chosen) => {
                  const test = tests.find((each) => each.test === chosen)
                  if (test) setDraft(sameAs(draft, test))
                }}
              />
            ) : null}
            <TextField label={t('map.name')} value={draft.name} maxLength={100} error={tried && faults.name ? t(faults.name) : undefined} onText={(name) => change({ name })} data-autofocus />
            <TextField
              label={t('map.loinc')} hint={t('map.loinc.hint')} optional={t('optional')} value={draft.loinc} maxLength={9}
              error={tried && faults.loinc ? t(faults.loinc) : undefined} onText={(loinc) => change({ loinc })}
            />
            <TextField label={t('map.unit')} hint={t('map.unit.hint')} value={draft.unit} maxLength={60} onText={(unit) => change({ unit })} />
          </>
        ) : null}
        {draft.kind === 'test' && code.example.value !== undefined ? (
          <TextField
            label={t('map.from', { sent: code.unit || t('unit.empty') })} hint={t('map.from.hint')} value={draft.from} maxLength={60}
            error={tried && faults.unit ? t(faults.unit) : undefined} onText={(from) => change({ from })} {...(isKnownTest ? { 'data-autofocus': true } : {})}
          />
        ) : null}
        {draft.kind === 'test' && needsSubstance ? (
          <SelectField
            label={t('map.substance')}
            value={draft.substance}
            options={[{ value: '', label: t('map.substance.none') }, ...substances.map(({ id, name }) => ({ value: id, label: name })).sort((one, other) => one.label.localeCompare(other.label))]}
            onChoose={(substance) => change({ substance })}
          />
        ) : null}
        {draft.kind === 'test' && preview?.ok ? (
          <Notice
            tone="info"
            role="status"
            title={t(preview.line.sent === undefined ? 'map.preview.same' : 'map.preview', {
              sent: `${code.example.text} ${code.unit}`.trim(),
              value: `${preview.line.text} ${unitText(preview.line.unit ?? '')}`.trim(),
            })}
          />
        ) : null}
        {problem ? <ProblemNotice problem={problem} /> : null}
      </div>
    </Dialog>
  )
}

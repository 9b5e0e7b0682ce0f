import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import type { PatientSummary, ScoredAs } from '../../../shared/contract'
import { displayName } from '../../../shared/records/patient/name'
import { newKey, useAct, useWho } from '../../client'
import { Choice, Dialog, formatDayTime, ProblemNotice, say } from '../../components'
import { lapsedWords, t } from './words'

interface Props {
  readonly patient: PatientSummary
  readonly scoredAs: ScoredAs
  readonly onClose: () => void
}

/** By which SpO₂ scale, and whether pregnant: each its own record, saved only where something was changed. */
export const ScoredAsDialog = ({ patient, scoredAs, onClose }: Props) => {
  const who = useWho()
  const mayChoose = who?.actions.includes('spo2-scale.choose') ?? false
  const mayRecord = (who?.actions.includes('vitals.write') ?? false) && patient.gender !== 'male'
  const [keys] = useState(() => ({ scale: newKey(), pregnancy: newKey() }))
  // What nobody touched here stays as it is, also where another workstation changes it meanwhile.
  const [chosenScale, setScale] = useState<'1' | '2'>()
  const [chosenPregnancy, setPregnancy] = useState<'pregnant' | 'not-pregnant'>()
  const scale = chosenScale ?? (scoredAs.scale === 2 ? '2' : '1')
  const pregnancy = chosenPregnancy ?? (scoredAs.pregnancy === 'not-asked' || scoredAs.pregnancy === 'lapsed' ? undefined : scoredAs.pregnancy)
  const [choose, choosing] = useAct('chooseSpo2Scale')
  const [record, recording] = useAct('recordPregnancy')
  const problem = choosing.problem ?? recording.problem
  const busy = choosing.busy || recording.busy
  const save = async () => {
    if (busy) return
    if (mayChoose && Number(scale) !== scoredAs.scale && !(await choose({ key: keys.scale, patient: patient.id, scale: scale === '2' ? 2 : 1 })).ok) return
    if (mayRecord && pregnancy !== undefined && pregnancy !== scoredAs.pregnancy && !(await record({ key: keys.pregnancy, patient: patient.id, isPregnant: pregnancy === 'pregnant' })).ok) return
    say(t('saved'))
    onClose()
  }
  const saidHint = (said: ScoredAs['scaleSaid'], otherwise: string) => (said ? `${otherwise} ${t('said', { by: said.by, at: formatDayTime(said.at) })}` : otherwise)
  return (
    <Dialog
      title={`${t('scored')} · ${displayName(patient)}`}
      closeLabel={common.cancel}
      onClose={onClose}
      onSubmit={() => void save()}
      save={{ label: t('save'), busy }}
    >
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        {mayChoose ? (
          <Choice label={t('scale')} hint={saidHint(scoredAs.scaleSaid, t('scale.hint'))} value={scale} onChoose={setScale} options={(['1', '2'] as const).map((value) => ({ value, label: t(`scale.${value}`) }))} />
        ) : (
          <p>
            {t('scored.scale', { scale: scoredAs.scale })}. {t('scale.mayNot')}
          </p>
        )}
        {mayRecord ? (
          <Choice
            label={t('pregnancy')}
            hint={scoredAs.pregnancy === 'lapsed' && scoredAs.pregnancySaid ? lapsedWords(scoredAs.pregnancySaid) : saidHint(scoredAs.pregnancySaid, t('pregnancy.hint'))}
            value={pregnancy}
            onChoose={setPregnancy}
            options={[
              { value: 'pregnant', label: t('pregnancy.yes') },
              { value: 'not-pregnant', label: t('pregnancy.no') },
            ]}
          />
        ) : null}
      </div>
    </Dialog>
  )
}

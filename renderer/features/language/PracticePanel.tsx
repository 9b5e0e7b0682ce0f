import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { language as words } from '../../../resources/locales/en/language'
import type { PracticePreferences, ShownUnits } from '../../../shared/contract'
import { languages, unitChoices } from '../../../shared/records/basic/preferences'
import { useAct, useAnswer } from '../../client'
import { Button, Choice, Panel, ProblemNotice, say, SelectField, wording } from '../../components'
import { languageNames } from './language'

const t = wording(words)

/** The practice's language and units, for an administrator. */
export const PracticePanel = () => {
  const { value, problem } = useAnswer('readPreferences', {})
  const [typed, setTyped] = useState<PracticePreferences>()
  const [save, saving] = useAct('setPracticePreferences')
  if (!value) return problem ? <ProblemNotice problem={problem} /> : null
  const { language, units } = typed ?? value
  const unitOf = <Quantity extends keyof ShownUnits>(quantity: Quantity, choices: readonly ShownUnits[Quantity][]) => (
    <Choice
      label={t(`practice.${quantity}`)}
      value={units[quantity]}
      options={choices.map((unit) => ({ value: unit, label: t(`unit.${unit}`) }))}
      onChoose={(unit) => setTyped({ ...(language && { language }), units: { ...units, [quantity]: unit } })}
    />
  )
  const keep = async () => {
    const answer = await save({ ...(language && { language }), units })
    if (!answer.ok) return
    setTyped(undefined)
    say(t('practice.saved'))
  }
  return (
    <Panel id="practice-preferences" title={t('practice')}>
      <p className="faint">{t('practice.text')}</p>
      {saving.problem ? <ProblemNotice problem={saving.problem} /> : null}
      <SelectField
        label={t('practice.language')}
        value={language ?? ''}
        options={[{ value: '', label: t('practice.language.computer') }, ...languages.map((one) => ({ value: one, label: languageNames[one] }))]}
        onChoose={(one) => setTyped({ ...(one !== '' && { language: one }), units })}
      />
      {unitOf('temperature', unitChoices.temperature)}
      {unitOf('weight', unitChoices.weight)}
      {unitOf('glucose', unitChoices.glucose)}
      <Button kind="main" onClick={() => void keep()} busy={saving.busy} disabled={typed === undefined}>
        {common.save}
      </Button>
    </Panel>
  )
}

import { useState, type FormEvent } from 'react'
import { start } from '../../../resources/locales/en/start'
import type { PracticeName } from '../../../shared/contract'
import { useAct } from '../../client'
import { Button, ProblemNotice, TextField, useScreen, wording } from '../../components'
import { Front } from './Front'

const t = wording(start)
/** Published: training data protects nobody. */
const trainingPassphrase = 'outpost-training'

/** Asks for what opens the practice on this computer. */
export const UnlockScreen = ({ practice }: { readonly practice: PracticeName }) => {
  const [secret, setSecret] = useState('')
  const [unlock, { busy, problem }] = useAct('unlockPractice')
  useScreen('unlock')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (secret.trim() && !busy) void unlock({ secret: secret.trim() })
  }
  return (
    <Front title={practice.name} training={practice.training} line={t('unlock.text')}>
      <form className="signin-form" onSubmit={submit}>
        <h2>{t('unlock.title', { practice: practice.name })}</h2>
        {practice.training ? <p>{t('unlock.training', { passphrase: trainingPassphrase })}</p> : null}
        {problem ? <ProblemNotice problem={problem} /> : null}
        <TextField label={t('unlock.secret')} type="password" value={secret} onText={setSecret} autoFocus />
        <Button kind="main" type="submit" busy={busy}>
          {t('unlock.submit')}
        </Button>
      </form>
    </Front>
  )
}

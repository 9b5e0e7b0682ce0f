import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { start } from '../../../resources/locales/en/start'
import type { Keystore, PracticeName, Problem } from '../../../shared/contract'
import { useAct } from '../../client'
import { Button, Form, ProblemNotice, SecretField, useScreen, wording } from '../../components'
import { Front } from './Front'
import { PassphraseField, secretWords } from './PassphraseField'
import { shortest } from './strength'

const t = wording(start)
/** Published: training data protects nobody. */
const trainingPassphrase = 'outpost-training'

interface Props {
  readonly practice: PracticeName
  /** `os`: the computer's key store does not open the records: another account, or a copied folder. */
  readonly keystore: Keystore
}

/** Asks for what opens the practice on this computer. */
export const UnlockScreen = ({ practice, keystore }: Props) => {
  const [secret, setSecret] = useState('')
  const [isForgotten, setForgotten] = useState(false)
  const [passphrase, setPassphrase] = useState('')
  const [tried, setTried] = useState(false)
  const [unlock, { busy, problem, clear }] = useAct('unlockPractice')
  useScreen(isForgotten ? 'unlock-forgotten' : 'unlock')
  const needsNew = isForgotten && keystore === 'none'
  const isTooShort = needsNew && passphrase.length < shortest
  const submit = () => {
    setTried(true)
    if (!secret.trim() || isTooShort || busy) return
    void unlock({ secret: secret.trim(), ...(needsNew ? { newPassphrase: passphrase } : {}) })
  }
  const turn = (forgotten: boolean) => {
    setForgotten(forgotten)
    setSecret('')
    setTried(false)
    clear()
  }
  const asksCode = isForgotten || keystore === 'os'
  return (
    <Front title={practice.name} training={practice.training} line={t('unlock.text')}>
      <Form className="signin-form" onSave={submit}>
        <h2>{isForgotten ? t('unlock.forgotten.title') : t('unlock.title', { practice: practice.name })}</h2>
        {practice.training ? <p>{t('unlock.training', { passphrase: trainingPassphrase })}</p> : null}
        {keystore === 'os' ? <p>{t('unlock.moved')}</p> : null}
        {problem ? <ProblemNotice problem={problem} /> : null}
        <SecretField
          key={isForgotten ? 'code' : 'secret'}
          label={isForgotten ? t('unlock.code') : t('unlock.secret')}
          hint={asksCode ? t('unlock.code.hint') : undefined}
          words={secretWords()}
          value={secret}
          onText={setSecret}
          error={slipIn(problem)}
          autoFocus
        />
        {needsNew ? (
          <PassphraseField
            label={t('unlock.passphrase')}
            hint={t('create.passphrase.hint')}
            value={passphrase}
            onText={setPassphrase}
            error={tried && isTooShort ? t('create.missing.passphrase') : undefined}
          />
        ) : null}
        <Button kind="main" type="submit" busy={busy}>
          {needsNew ? t('unlock.submit.new') : t('unlock.submit')}
        </Button>
        {keystore === 'none' && !practice.training ? (
          <Button kind="quiet" onClick={() => turn(!isForgotten)} disabled={busy}>
            {isForgotten ? common.back : t('unlock.forgotten')}
          </Button>
        ) : null}
      </Form>
    </Front>
  )
}

/** A typing slip in a recovery code is told with the group it is in. */
const slipIn = (problem: Problem | undefined): string | undefined => {
  const group = problem?.facts['group']
  return typeof group === 'number' ? t('unlock.slip', { group }) : undefined
}

import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { start } from '../../../resources/locales/en/start'
import type { Keystore } from '../../../shared/contract'
import { useAct } from '../../client'
import { Button, Form, ProblemNotice, TextField, wording } from '../../components'
import { JoinCodeFields, joinFaults } from '../hub'
import { Front, PassphraseField, shortestPassphrase } from '../sign-in'

const t = wording(start)

interface Props {
  readonly keystore: Keystore
  readonly onHold: (hold: boolean) => void
  readonly onMade: (practice: string, code: string) => void
  readonly onBack: () => void
}

type Way = 'code' | 'password'

/** A further workstation: takes over the practice of the hub in this clinic, or of a server that gave a user and a password. */
export const JoinPractice = ({ keystore, onHold, onMade, onBack }: Props) => {
  const [way, setWay] = useState<Way>('code')
  const [form, setForm] = useState({ address: '', code: '', url: '', user: '', password: '', stationPrefix: '', passphrase: '' })
  const [tried, setTried] = useState(false)
  const [joinAtHub, atHub] = useAct('joinPracticeAtHub')
  const [joinAtServer, atServer] = useAct('joinPractice')
  const { busy, problem } = way === 'code' ? atHub : atServer
  const put = (field: keyof typeof form) => (text: string) => setForm((before) => ({ ...before, [field]: text }))
  const faults = faultsOf(form, way, keystore)
  const shown = tried ? faults : {}
  const choose = (next: Way) => {
    setWay(next)
    setTried(false)
  }
  const submit = async () => {
    setTried(true)
    const wrong = Object.entries(faults).find(([, fault]) => fault)?.[0]
    if (wrong) return document.getElementById(wrong === 'address' || wrong === 'code' ? `hub-${wrong}` : `join-${wrong}`)?.focus()
    onHold(true)
    const own = { stationPrefix: form.stationPrefix, ...(keystore === 'none' ? { passphrase: form.passphrase } : {}) }
    const answer = way === 'code' ? await joinAtHub({ address: form.address.trim(), code: form.code, ...own }) : await joinAtServer({ url: form.url.trim(), user: form.user, password: form.password, ...own })
    if (answer.ok) onMade(answer.value.practice.name, answer.value.recoveryCode)
    else onHold(false)
  }
  return (
    <Front title={t('join.title')} line={t('product.line')}>
      <Form className="front-form" onSave={() => void submit()}>
        {problem ? <ProblemNotice problem={problem} /> : null}
        <div className="join-ways acts" role="group" aria-label={t('join.way')}>
          {(['code', 'password'] as const).map((each) => (
            <Button key={each} aria-pressed={way === each} disabled={busy} onClick={() => choose(each)}>
              {t(`join.way.${each}`)}
            </Button>
          ))}
        </div>
        <div className="begin-part">
          {way === 'code' ? (
            <div className="wide">
              <JoinCodeFields form={form} faults={shown} onForm={({ address, code }) => setForm((before) => ({ ...before, address, code }))} />
            </div>
          ) : (
            <>
              <div className="wide">
                <TextField id="join-url" label={t('join.url')} hint={t('join.url.hint')} type="url" value={form.url} onText={put('url')} error={shown.url} autoFocus />
              </div>
              <TextField id="join-user" label={t('join.user')} value={form.user} onText={put('user')} error={shown.user} />
              <TextField id="join-password" label={t('join.password')} type="password" value={form.password} onText={put('password')} error={shown.password} />
            </>
          )}
          <div className="wide">
            <TextField
              id="join-stationPrefix"
              label={t('create.prefix')}
              hint={t('create.prefix.hint', { example: `${form.stationPrefix || 'B'}-000123` })}
              value={form.stationPrefix}
              onText={(text) => put('stationPrefix')(text.toUpperCase())}
              maxLength={3}
              error={shown.stationPrefix}
            />
          </div>
          {keystore === 'none' ? (
            <div className="wide">
              <PassphraseField
                id="join-passphrase"
                label={t('create.passphrase')}
                hint={t('create.passphrase.hint')}
                value={form.passphrase}
                onText={put('passphrase')}
                error={shown.passphrase}
              />
            </div>
          ) : null}
        </div>
        <div className="begin-actions">
          <Button kind="main" type="submit" busy={busy}>
            {busy ? t('join.busy') : t('join.submit')}
          </Button>
          <Button kind="quiet" onClick={onBack} disabled={busy}>
            {common.back}
          </Button>
        </div>
      </Form>
    </Front>
  )
}

interface JoinForm {
  readonly address: string
  readonly code: string
  readonly url: string
  readonly user: string
  readonly password: string
  readonly stationPrefix: string
  readonly passphrase: string
}

const faultsOf = (form: JoinForm, way: Way, keystore: Keystore): { readonly [Field in keyof JoinForm]?: string | undefined } => ({
  ...(way === 'code'
    ? joinFaults(form)
    : {
        url: /^https?:\/\/.+/.test(form.url.trim()) ? undefined : t('join.url.wrong'),
        user: form.user.trim() ? undefined : t('create.missing'),
        password: form.password ? undefined : t('create.missing'),
      }),
  stationPrefix: /^[A-Z]{1,3}$/.test(form.stationPrefix) ? undefined : t('create.missing.prefix'),
  passphrase: keystore === 'os' || form.passphrase.length >= shortestPassphrase ? undefined : t('create.missing.passphrase'),
})

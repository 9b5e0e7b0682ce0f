import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { start } from '../../../resources/locales/en/start'
import type { Keystore } from '../../../shared/contract'
import { useAct } from '../../client'
import { Button, Form, ProblemNotice, TextField, useView, wording } from '../../components'
import { Front, PassphraseField, shortestPassphrase } from '../sign-in'

const t = wording(start)

/** What the form holds, as typed. */
export interface PracticeForm {
  readonly name: string
  readonly address: string
  readonly phone: string
  readonly email: string
  readonly stationPrefix: string
  readonly adminName: string
  readonly user: string
  readonly password: string
  readonly passphrase: string
}

const empty: PracticeForm = { name: '', address: '', phone: '', email: '', stationPrefix: 'A', adminName: '', user: '', password: '', passphrase: '' }

/** What is missing, field by field, in words. */
export const faultsOf = (form: PracticeForm, keystore: Keystore): Partial<Record<keyof PracticeForm, string>> => ({
  ...(form.name.trim() ? {} : { name: t('create.missing') }),
  ...(/^[A-Z]{1,3}$/.test(form.stationPrefix) ? {} : { stationPrefix: t('create.missing.prefix') }),
  ...(form.adminName.trim() ? {} : { adminName: t('create.missing') }),
  ...(/^[a-z][a-z0-9._-]{1,31}$/.test(form.user) ? {} : { user: t('create.missing.user') }),
  ...(form.password.length >= 8 ? {} : { password: t('create.missing.short') }),
  ...(keystore === 'os' || form.passphrase.length >= shortestPassphrase ? {} : { passphrase: t('create.missing.passphrase') }),
})

interface Props {
  readonly keystore: Keystore
  readonly onHold: (hold: boolean) => void
  readonly onMade: (practice: string, code: string) => void
  readonly onBack: () => void
}

/** The first workstation of a clinic: letterhead, prefix, first administrator, passphrase where needed. */
export const CreatePractice = ({ keystore, onHold, onMade, onBack }: Props) => {
  const [form, setForm, clear] = useView('create-practice', empty)
  const [tried, setTried] = useState(false)
  const [create, { busy, problem }] = useAct('createPractice')
  const faults = tried ? faultsOf(form, keystore) : {}
  const put = (field: keyof PracticeForm) => (text: string) => setForm((before) => ({ ...before, [field]: text }))
  const submit = async () => {
    setTried(true)
    const wrong = Object.keys(faultsOf(form, keystore))[0]
    if (wrong) return document.getElementById(`create-${wrong}`)?.focus()
    onHold(true)
    const answer = await create({
      name: form.name,
      address: form.address,
      phone: form.phone,
      email: form.email,
      stationPrefix: form.stationPrefix,
      administrator: { name: form.adminName, user: form.user, password: form.password },
      ...(keystore === 'none' ? { passphrase: form.passphrase } : {}),
    })
    if (answer.ok) clear()
    if (answer.ok) onMade(answer.value.practice.name, answer.value.recoveryCode)
    else onHold(false)
  }
  return (
    <Front title={t('create.title')} line={t('product.line')}>
      <Form className="front-form" onSave={() => void submit()}>
        {problem ? <ProblemNotice problem={problem} /> : null}
        <fieldset className="begin-part">
          <legend>
            <strong>{t('create.practice')}</strong> <span>{t('create.practice.text')}</span>
          </legend>
          <div className="wide">
            <TextField id="create-name" label={t('create.name')} value={form.name} onText={put('name')} error={faults.name} autoFocus />
          </div>
          <div className="wide">
            <TextField label={t('create.address')} optional={common.optional} value={form.address} onText={put('address')} />
          </div>
          <TextField label={t('create.phone')} optional={common.optional} type="tel" value={form.phone} onText={put('phone')} />
          <TextField label={t('create.email')} optional={common.optional} type="email" value={form.email} onText={put('email')} />
          <div className="wide">
            <TextField
              id="create-stationPrefix"
              label={t('create.prefix')}
              hint={t('create.prefix.hint', { example: `${form.stationPrefix || 'A'}-000123` })}
              value={form.stationPrefix}
              onText={(text) => put('stationPrefix')(text.toUpperCase())}
              maxLength={3}
              error={faults.stationPrefix}
            />
          </div>
        </fieldset>
        <fieldset className="begin-part">
          <legend>
            <strong>{t('create.admin')}</strong> <span>{t('create.admin.text')}</span>
          </legend>
          <TextField id="create-adminName" label={t('create.admin.name')} value={form.adminName} onText={put('adminName')} error={faults.adminName} />
          <TextField
            id="create-user"
            label={t('create.admin.user')}
            hint={t('create.admin.user.hint')}
            value={form.user}
            onText={(text) => put('user')(text.toLowerCase())}
            error={faults.user}
          />
          <div className="wide">
            <TextField
              id="create-password"
              label={t('create.admin.password')}
              hint={t('create.admin.password.hint')}
              type="password"
              value={form.password}
              onText={put('password')}
              error={faults.password}
            />
          </div>
        </fieldset>
        {keystore === 'none' ? (
          <fieldset className="begin-part">
            <legend>
              <strong>{t('create.key')}</strong> <span>{t('create.key.text')}</span>
            </legend>
            <div className="wide">
              <PassphraseField
                id="create-passphrase"
                label={t('create.passphrase')}
                hint={t('create.passphrase.hint')}
                value={form.passphrase}
                onText={put('passphrase')}
                error={faults.passphrase}
              />
            </div>
          </fieldset>
        ) : null}
        <div className="begin-actions">
          <Button kind="main" type="submit" busy={busy}>
            {busy ? t('create.busy') : t('create.submit')}
          </Button>
          <Button kind="quiet" onClick={onBack} disabled={busy}>
            {common.back}
          </Button>
        </div>
      </Form>
    </Front>
  )
}

import { useState } from 'react'
import { common } from '../../../../resources/locales/en/common'
import type { DicomWebServerEntry } from '../../../../shared/contract'
import { useAct } from '../../../client'
import { Choice, Dialog, ProblemNotice, TextField } from '../../../components'
import { t } from '../settings/words'

interface Props {
  /** Absent: a new one. */
  readonly server: DicomWebServerEntry | undefined
  readonly onClose: () => void
}

const isAddress = (text: string): boolean => {
  try {
    return /^https?:$/.test(new URL(text).protocol)
  } catch {
    return false
  }
}

const isFingerprint = (text: string): boolean => /^[0-9a-f]{64}$/i.test(text.replace(/[:\s]/g, ''))

const formOf = (server: DicomWebServerEntry | undefined) => ({
  name: server?.name ?? '', url: server?.url ?? '', auth: server?.auth ?? ('none' as const), user: server?.user ?? '', secret: '', pin: server?.pin ?? '',
  canBeQueried: server?.canBeQueried ?? true, canReceive: server?.canReceive ?? false,
})

/** A DICOMweb server as it is typed in. */
export const ServerDialog = ({ server, onClose }: Props) => {
  const [form, setForm] = useState(() => formOf(server))
  const [tried, setTried] = useState(false)
  const [saveServer, { busy, problem }] = useAct('saveDicomWebServer')
  const put = <Field extends keyof typeof form>(field: Field) => (value: (typeof form)[Field]) => setForm((before) => ({ ...before, [field]: value }))
  const [name, url, user, pin] = [form.name.trim(), form.url.trim(), form.user.trim(), form.pin.trim()]
  /** What is known here is sent only where it was sent before, as the same user. */
  const secretStays = server !== undefined && server.auth === form.auth && server.url === url && (server.pin ?? '') === pin && (server.user ?? '') === user
  const needed = (text: string) => (text === '' ? t('web.form.needed') : undefined)
  const faults = {
    name: needed(name),
    url: isAddress(url) ? undefined : t('web.form.url.wrong'),
    user: form.auth === 'basic' ? needed(user) : undefined,
    secret: form.auth === 'none' || secretStays ? undefined : needed(form.secret),
    pin: pin === '' || isFingerprint(pin) ? undefined : t('web.form.pin.wrong'),
  }
  const shown: Partial<typeof faults> = tried ? faults : {}
  const save = async () => {
    setTried(true)
    if (busy || Object.values(faults).some((fault) => fault !== undefined)) return
    const answer = await saveServer({
      ...(server && { id: server.id }), name, url, auth: form.auth, canBeQueried: form.canBeQueried, canReceive: form.canReceive,
      ...(form.auth === 'basic' && { user }), ...(form.auth !== 'none' && form.secret !== '' && { secret: form.secret }), ...(pin !== '' && { pin }),
    })
    if (answer.ok) onClose()
  }
  return (
    <Dialog
      title={server ? t('web.form', { name: server.name }) : t('web.form.new')} closeLabel={common.cancel} onClose={onClose} onSubmit={() => void save()}
      save={{ label: common.save, busy }}
    >
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        <TextField label={t('web.name')} value={form.name} onText={put('name')} error={shown.name} data-autofocus />
        <TextField label={t('web.form.url')} hint={t('web.form.url.hint')} inputMode="url" value={form.url} onText={put('url')} error={shown.url} />
        <Choice
          label={t('web.form.auth')} value={form.auth} onChoose={put('auth')}
          options={(['none', 'basic', 'bearer'] as const).map((value) => ({ value, label: t(`web.form.auth.${value}`) }))}
        />
        {form.auth === 'basic' ? <TextField label={t('web.form.user')} value={form.user} onText={put('user')} error={shown.user} /> : null}
        {form.auth === 'none' ? null : (
          <TextField
            label={t(form.auth === 'basic' ? 'web.form.password' : 'web.form.token')} type="password" autoComplete="new-password" value={form.secret} onText={put('secret')}
            error={shown.secret} hint={[t('web.form.secret.hint'), ...(secretStays ? [t('web.form.secret.stays')] : [])].join(' ')}
          />
        )}
        {url.startsWith('https:') ? (
          <TextField label={t('web.form.pin')} optional={common.optional} hint={t('web.form.pin.hint')} value={form.pin} onText={put('pin')} error={shown.pin} />
        ) : null}
        <Check label={t('web.form.query')} on={form.canBeQueried} onTurn={put('canBeQueried')} />
        <Check label={t('web.form.send')} on={form.canReceive} onTurn={put('canReceive')} />
      </div>
    </Dialog>
  )
}

const Check = ({ label, on, onTurn }: { readonly label: string; readonly on: boolean; readonly onTurn: (on: boolean) => void }) => (
  <label className="imaging-check">
    <input type="checkbox" checked={on} onChange={({ target }) => onTurn(target.checked)} />
    <span>{label}</span>
  </label>
)

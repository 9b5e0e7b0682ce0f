import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import type { RelayState } from '../../../shared/contract'
import { useAct } from '../../client'
import { Button, enterGoesOn, Fact, FactList, formatDayTime, Notice, Panel, ProblemNotice, TextField } from '../../components'
import { lineProblem, t } from './words'

/** The centre that the hub keeps in step with. */
export const CentrePanel = ({ centre }: { readonly centre: RelayState | undefined }) => {
  const [changing, setChanging] = useState(false)
  const [forget, forgetting] = useAct('forgetHubCentre')
  return (
    <Panel id="hub-centre" title={t('centre')}>
      {centre?.problem ? <Notice role="status" title={lineProblem(centre.problem)} /> : null}
      {centre && centre.refused + centre.refusedHere > 0 ? (
        <Notice
          role="status"
          title={[centre.refused > 0 ? t('centre.refused', { count: centre.refused }) : '', centre.refusedHere > 0 ? t('centre.refused.here', { count: centre.refusedHere }) : ''].join(' ').trim()}
        >
          <ul>
            {centre.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </Notice>
      ) : null}
      <p>{t(centre ? 'centre.lead' : 'centre.none')}</p>
      {centre ? <Facts centre={centre} /> : null}
      {changing ? (
        <CentreForm onDone={() => setChanging(false)} />
      ) : (
        <div className="acts">
          <Button onClick={() => setChanging(true)}>{t(centre ? 'centre.change' : 'centre.set')}</Button>
          {centre ? (
            <Button kind="quiet" busy={forgetting.busy} onClick={() => void forget()}>
              {t('centre.forget')}
            </Button>
          ) : null}
        </div>
      )}
    </Panel>
  )
}

const Facts = ({ centre }: { readonly centre: RelayState }) => (
  <FactList>
    <Fact name={t('centre.server')}>
      <code>{centre.server}</code>
    </Fact>
    <Fact name={t('centre.state')}>{t(`centre.${centre.link}`)}</Fact>
    <Fact name={t('centre.in.step')}>{centre.lastInStep ? formatDayTime(centre.lastInStep) : t('centre.never')}</Fact>
    {centre.toCentre === undefined && centre.fromCentre === undefined ? null : (
      <Fact name={t('centre.waits')}>{t('centre.waits.value', { out: centre.toCentre ?? 0, in: centre.fromCentre ?? 0 })}</Fact>
    )}
  </FactList>
)

const isAddress = (text: string): boolean => {
  try {
    return /^https?:$/.test(new URL(text).protocol)
  } catch {
    return false
  }
}

const CentreForm = ({ onDone }: { readonly onDone: () => void }) => {
  const [form, setForm] = useState({ url: '', user: '', password: '' })
  const [tried, setTried] = useState(false)
  const [set, { busy, problem }] = useAct('setHubCentre')
  const faults = {
    url: isAddress(form.url.trim()) ? undefined : t('centre.url.wrong'),
    user: form.user.trim() ? undefined : t('join.needed'),
    password: form.password ? undefined : t('join.needed'),
  }
  const shown: Partial<typeof faults> = tried ? faults : {}
  const put = (field: keyof typeof form) => (text: string) => setForm((before) => ({ ...before, [field]: text }))
  const save = async () => {
    setTried(true)
    const wrong = (['url', 'user', 'password'] as const).find((name) => faults[name])
    if (wrong) return document.getElementById(`centre-${wrong}`)?.focus()
    if ((await set({ url: form.url.trim(), user: form.user.trim(), password: form.password })).ok) onDone()
  }
  return (
    <form
      className="stack"
      noValidate
      onKeyDown={enterGoesOn}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      {problem ? <ProblemNotice problem={problem} /> : null}
      <TextField id="centre-url" label={t('centre.url')} hint={t('centre.url.hint')} inputMode="url" value={form.url} onText={put('url')} error={shown.url} autoFocus />
      <div className="two">
        <TextField id="centre-user" label={t('centre.user')} value={form.user} onText={put('user')} error={shown.user} />
        <TextField id="centre-password" label={t('centre.password')} type="password" autoComplete="new-password" value={form.password} onText={put('password')} error={shown.password} />
      </div>
      <div className="acts">
        <Button kind="main" type="submit" busy={busy}>
          {t('centre.save')}
        </Button>
        <Button kind="quiet" onClick={onDone}>
          {common.cancel}
        </Button>
      </div>
    </form>
  )
}

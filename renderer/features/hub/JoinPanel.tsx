import { useState } from 'react'
import type { KnownServer } from '../../../shared/contract'
import { useAct } from '../../client'
import { Button, enterGoesOn, Mark, Notice, Panel, ProblemNotice } from '../../components'
import { JoinCodeFields, joinFaults, type JoinCodeForm } from './JoinCodeFields'
import { t } from './words'

/** Connects this computer to a hub, or back to a server that it had. */
export const JoinPanel = ({ servers }: { readonly servers: readonly KnownServer[] }) => {
  const [form, setForm] = useState<JoinCodeForm>({ address: '', code: '' })
  const [tried, setTried] = useState(false)
  const [isDone, setDone] = useState(false)
  const [join, { busy, problem }] = useAct('joinHub')
  const faults = joinFaults(form)
  const submit = async () => {
    setTried(true)
    setDone(false)
    const wrong = Object.keys(faults)[0]
    if (wrong) return document.getElementById(`hub-${wrong}`)?.focus()
    if (!(await join(form)).ok) return
    setDone(true)
    setTried(false)
    setForm({ address: form.address, code: '' })
  }
  return (
    <>
      <Panel id="hub-join" title={t('join')}>
        {problem ? <ProblemNotice problem={problem} /> : null}
        {isDone ? <Notice tone="done" role="status" title={t('join.done')} /> : null}
        <p>{t('join.text')}</p>
        <form
          className="stack"
          noValidate
          onKeyDown={enterGoesOn}
          onSubmit={(event) => {
            event.preventDefault()
            void submit()
          }}
        >
          <JoinCodeFields form={form} faults={tried ? faults : {}} onForm={setForm} />
          <div className="acts">
            <Button type="submit" busy={busy}>
              {t(busy ? 'join.busy' : 'join.save')}
            </Button>
          </div>
        </form>
      </Panel>
      {servers.length > 0 ? <Servers servers={servers} /> : null}
    </>
  )
}

const Servers = ({ servers }: { readonly servers: readonly KnownServer[] }) => {
  const [use, { busy, problem }] = useAct('useServer')
  return (
    <Panel id="hub-servers" title={t('servers')}>
      {problem ? <ProblemNotice problem={problem} /> : null}
      <table className="table">
        <tbody>
          {servers.map(({ id, kind, url, isCurrent }) => (
            <tr key={id}>
              <td>{t(`servers.${kind}`)}</td>
              <td>
                <code>{url}</code>
              </td>
              <td>
                {isCurrent ? (
                  <Mark sign="✓">{t('servers.current')}</Mark>
                ) : (
                  <Button busy={busy} aria-label={`${t('servers.use')}: ${url}`} onClick={() => void use({ id })}>
                    {t('servers.use')}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  )
}

import { useCallback, useEffect, useRef, useState } from 'react'
import type { FoundHub } from '../../../shared/contract'
import { readJoinCode } from '../../../shared/records/joinCode'
import { clinic } from '../../client'
import { Button, Mark, TextField } from '../../components'
import { t } from './words'
import './hub.css'

/** Which hub, and its code; as typed. */
export interface JoinCodeForm {
  readonly address: string
  readonly code: string
}

/** What is wrong with it, in words. */
export const joinFaults = ({ address, code }: JoinCodeForm): Partial<JoinCodeForm> => ({
  ...(address.trim() ? {} : { address: t('join.needed') }),
  ...(readJoinCode(code) === undefined ? { code: code.trim() ? t('join.code.wrong') : t('join.needed') } : {}),
})

/** Looks on the network: once at the beginning, then when asked. */
const useFoundHubs = () => {
  const [found, setFound] = useState<readonly FoundHub[] | undefined>()
  const isHere = useRef(true)
  const look = useCallback(async () => {
    setFound(undefined)
    const answer = await clinic.findHubs()
    if (isHere.current) setFound(answer.ok ? answer.value : [])
  }, [])
  useEffect(() => {
    isHere.current = true
    void look()
    return () => {
      isHere.current = false
    }
  }, [look])
  return { found, look }
}

interface Props {
  readonly form: JoinCodeForm
  readonly faults: Partial<JoinCodeForm>
  readonly onForm: (form: JoinCodeForm) => void
}

/** The hubs that were found, the address of one, and its join code. */
export const JoinCodeFields = ({ form, faults, onForm }: Props) => {
  const { found, look } = useFoundHubs()
  const only = found?.filter(({ isOurs }) => isOurs) ?? []
  const choice = found?.length === 1 ? found[0] : only.length === 1 ? only[0] : undefined
  const untouched = form.address === ''
  useEffect(() => {
    if (choice && untouched) onForm({ ...form, address: choice.address })
    // Only once it is found: what somebody typed or took out again stays.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [choice])
  return (
    <div className="stack">
      <div className="hub-found" role="group" aria-label={t('join.found')}>
        {found === undefined ? <p role="status">{t('join.looking')}</p> : null}
        {found?.length === 0 ? <p role="status">{t('join.none')}</p> : null}
        {found?.map((hub) => (
          <Button key={hub.hub} aria-pressed={form.address === hub.address} aria-label={t('join.choose', { name: hub.name, address: hub.address })} onClick={() => onForm({ ...form, address: hub.address })}>
            <span className="hub-name">{hub.name}</span> <code>{hub.address}</code> {hub.isOurs ? <Mark sign="✓">{t('join.ours')}</Mark> : null}
          </Button>
        ))}
        {found === undefined ? null : (
          <Button kind="quiet" onClick={() => void look()}>
            {t('join.look')}
          </Button>
        )}
      </div>
      <div className="two">
        <TextField id="hub-address" label={t('join.address')} hint={t('join.address.hint')} value={form.address} onText={(address) => onForm({ ...form, address })} error={faults.address} inputMode="url" />
        <TextField
          id="hub-code"
          label={t('join.code')}
          hint={t('join.code.hint')}
          value={form.code}
          onText={(code) => onForm({ ...form, code: code.toUpperCase() })}
          error={faults.code}
          maxLength={30}
        />
      </div>
    </div>
  )
}

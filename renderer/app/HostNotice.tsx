import { useState } from 'react'
import { start } from '../../resources/locales/en/start'
import { shell, useEvent } from '../client'
import { Button, Notice, wording } from '../components'

const t = wording(start)

type State = 'running' | 'restarting' | 'failed'

/** Says that a host died, what is safe, and that it comes back; silent otherwise. */
export const HostNotice = () => {
  const [practice, setPractice] = useState<State>('running')
  const [device, setDevice] = useState<State>('running')
  useEvent('hostChanged', ({ host, state }) => (host === 'practice' ? setPractice(state) : setDevice(state)))
  return (
    <div className="host-notice">
      {practice === 'running' ? null : (
        <Notice
          tone={practice === 'failed' ? 'critical' : 'info'}
          role="alert"
          title={t(`host.${practice}`)}
          actions={practice === 'failed' ? <Button onClick={() => void shell.restart()}>{t('host.failed.again')}</Button> : undefined}
        >
          <p>{t(`host.${practice}.text`)}</p>
        </Notice>
      )}
      {device === 'running' ? null : (
        <Notice tone={device === 'failed' ? 'critical' : 'info'} role="status" title={t(`device.${device}`)}>
          <p>{t(`device.${device}.text`)}</p>
        </Notice>
      )}
    </div>
  )
}

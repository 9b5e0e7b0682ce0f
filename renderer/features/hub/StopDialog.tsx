import type { HubMember } from '../../../shared/contract'
import { useAct } from '../../client'
import { ConfirmDialog } from '../../components'
import { t } from './words'

/** A second look: others may be at work over this computer. */
export const StopDialog = ({ members, onClose }: { readonly members: readonly HubMember[]; readonly onClose: () => void }) => {
  const [turnOff, { busy, problem }] = useAct('turnOffHub')
  const online = members.filter(({ isOnline }) => isOnline)
  const act = async () => (await turnOff()).ok
  return (
    <ConfirmDialog title={t('stop.title')} act={t('stop')} leave={t('stop.keep')} onAct={act} onClose={onClose} busy={busy} problem={problem}>
      <p>{t('stop.text')}</p>
      {online.length > 0 ? <p>{t('stop.online', { stations: online.map(({ station }) => station).join(', ') })}</p> : null}
    </ConfirmDialog>
  )
}

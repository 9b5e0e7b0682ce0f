import type { HubMember } from '../../../shared/contract'
import { useAct } from '../../client'
import { Dialog, ProblemNotice } from '../../components'
import { t } from './words'

/** A second look: others may be at work over this computer. */
export const StopDialog = ({ members, onClose }: { readonly members: readonly HubMember[]; readonly onClose: () => void }) => {
  const [turnOff, { busy, problem }] = useAct('turnOffHub')
  const online = members.filter(({ isOnline }) => isOnline)
  const stop = async () => {
    if ((await turnOff()).ok) onClose()
  }
  return (
    <Dialog
      title={t('stop.title')}
      closeLabel={t('stop.keep')}
      onClose={onClose}
      onSubmit={() => void stop()}
      save={{ label: t('stop'), busy, isFocused: true }}
    >
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        <p>{t('stop.text')}</p>
        {online.length > 0 ? <p>{t('stop.online', { stations: online.map(({ station }) => station).join(', ') })}</p> : null}
      </div>
    </Dialog>
  )
}

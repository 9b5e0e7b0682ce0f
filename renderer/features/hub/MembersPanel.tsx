import { useState } from 'react'
import type { HubMember } from '../../../shared/contract'
import { useAct } from '../../client'
import { Button, ConfirmDialog, Empty, formatDayTime, Mark, Panel } from '../../components'
import { t } from './words'

/** The computers that joined, and shutting one out. */
export const MembersPanel = ({ members }: { readonly members: readonly HubMember[] }) => {
  const [leaving, setLeaving] = useState<HubMember | undefined>()
  return (
    <Panel id="hub-members" title={t('members')}>
      {members.length === 0 ? <Empty title={t('members.none')}>{t('members.none.text')}</Empty> : null}
      {members.length > 0 ? (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('members.station')}</th>
              <th scope="col">{t('members.joined')}</th>
              <th scope="col">{t('members.seen')}</th>
              <th scope="col">
                <span className="visually-hidden">{t('members.remove')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {members.map((member) => (
              <tr key={member.user}>
                <td>{member.station}</td>
                <td className="nowrap">{formatDayTime(member.joinedAt)}</td>
                <td className="nowrap">{member.isOnline ? <Mark sign="✓">{t('members.online')}</Mark> : member.seenAt ? formatDayTime(member.seenAt) : t('members.never')}</td>
                <td>
                  <Button kind="quiet" aria-label={`${t('members.remove')}: ${member.station}`} onClick={() => setLeaving(member)}>
                    {t('members.remove')}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {leaving ? <RemoveDialog member={leaving} onClose={() => setLeaving(undefined)} /> : null}
    </Panel>
  )
}

const RemoveDialog = ({ member, onClose }: { readonly member: HubMember; readonly onClose: () => void }) => {
  const [remove, { busy, problem }] = useAct('removeHubMember')
  const act = async () => (await remove({ user: member.user })).ok
  return (
    <ConfirmDialog title={t('members.remove.title', { station: member.station })} act={t('members.remove')} leave={t('members.keep')} onAct={act} onClose={onClose} busy={busy} problem={problem}>
      <p>{t('members.remove.text')}</p>
    </ConfirmDialog>
  )
}

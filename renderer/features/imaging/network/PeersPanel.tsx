import { useState } from 'react'
import { common } from '../../../../resources/locales/en/common'
import type { ImagingPeer, ImagingPeerEntry, Problem } from '../../../../shared/contract'
import { useAct, useAnswer } from '../../../client'
import { Button, ConfirmDialog, Notice, Panel, ProblemNotice, Waiting } from '../../../components'
import { PeerDialog } from './PeerDialog'
import { t, usesInWords } from './words'
import './network.css'

/** Those with whom images are exchanged over DICOM's network: adding, changing, testing, removing. */
export const PeersPanel = () => {
  const { value: all, problem, refresh } = useAnswer('listImagingPeers')
  const peers = all?.filter(({ protocol }) => protocol === 'dimse')
  const [changing, setChanging] = useState<ImagingPeerEntry | 'new'>()
  const [removing, setRemoving] = useState<ImagingPeerEntry>()
  const [tested, setTested] = useState<{ readonly peer: ImagingPeerEntry; readonly ms?: number; readonly problem?: Problem }>()
  const [test, testing] = useAct('testImagingPeer')
  const tryOut = async (peer: ImagingPeerEntry) => {
    setTested(undefined)
    const answer = await test({ id: peer.id })
    setTested(answer.ok ? { peer, ms: answer.value.ms } : { peer, problem: answer.problem })
  }
  return (
    <Panel id="imaging-peers" title={t('peers')} actions={<Button onClick={() => setChanging('new')}>{t('peers.add')}</Button>}>
      <p>{t('peers.lead')}</p>
      {problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
      {!peers && !problem ? <Waiting>{common.waiting}</Waiting> : null}
      {peers?.length === 0 ? <p>{t('peers.none')}</p> : null}
      {tested?.ms === undefined ? null : <Notice tone="done" role="status" title={t('peers.test.done', { name: tested.peer.name, ms: tested.ms })} />}
      {tested?.problem ? <TestProblem peer={tested.peer} problem={tested.problem} onDone={() => setTested(undefined)} /> : null}
      {peers && peers.length > 0 ? (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('peers.name')}</th>
              <th scope="col">{t('peers.title')}</th>
              <th scope="col">{t('peers.place')}</th>
              <th scope="col">{t('peers.uses')}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {peers.map((peer) => (
              <tr key={peer.id}>
                <td>{peer.name}</td>
                <td>
                  <code>{peer.aeTitle}</code>
                </td>
                <td>{placeOf(peer)}</td>
                <td>{usesInWords(peer.uses)}</td>
                <td>
                  <div className="acts">
                    {peer.host !== '' && peer.port !== 0 ? (
                      <Button busy={testing.busy} onClick={() => void tryOut(peer)} aria-label={t('peers.test.label', { name: peer.name })}>
                        {t('peers.test')}
                      </Button>
                    ) : null}
                    <Button onClick={() => setChanging(peer)} aria-label={t('peers.change.label', { name: peer.name })}>
                      {t('peers.change')}
                    </Button>
                    <Button kind="quiet" onClick={() => setRemoving(peer)} aria-label={t('peers.remove.label', { name: peer.name })}>
                      {t('peers.remove')}
                    </Button>
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {changing === 'new' ? <PeerDialog onClose={() => setChanging(undefined)} /> : null}
      {changing && changing !== 'new' ? <PeerDialog id={changing.id} start={plain(changing)} onClose={() => setChanging(undefined)} /> : null}
      {removing ? <RemoveDialog peer={removing} onClose={() => setRemoving(undefined)} /> : null}
    </Panel>
  )
}

const placeOf = ({ host, port, tls }: ImagingPeer): string => (host === '' ? t('peers.place.any') : `${host}${port === 0 ? '' : `:${port}`}${tls ? ' (TLS)' : ''}`)

/** Without the id of its record. */
const plain = ({ id: _id, ...peer }: ImagingPeerEntry): ImagingPeer => peer

/** What is wrong; a certificate that nobody vouches for can be trusted from here, by whoever has compared it. */
const TestProblem = ({ peer, problem, onDone }: { readonly peer: ImagingPeerEntry; readonly problem: Problem; readonly onDone: () => void }) => {
  const [savePeer, { busy, problem: notSaved }] = useAct('saveImagingPeer')
  const { fingerprint, reason } = problem.facts
  const trust = async () => {
    const { uses, ...rest } = plain(peer)
    if ((await savePeer({ id: peer.id, peer: { ...rest, uses: [...uses], pin: String(fingerprint) } })).ok) onDone()
  }
  return (
    <>
      <ProblemNotice problem={problem} />
      {reason === undefined ? null : <p>{t('peers.test.reason', { reason })}</p>}
      {fingerprint === undefined ? null : (
        <Notice tone="abnormal" title={peer.name}>
          <p>{t('peers.trust.text')}</p>
          <code className="network-fingerprint">{fingerprint}</code>
          <div className="acts">
            <Button busy={busy} onClick={() => void trust()}>
              {t('peers.trust')}
            </Button>
          </div>
        </Notice>
      )}
      {notSaved ? <ProblemNotice problem={notSaved} /> : null}
    </>
  )
}

const RemoveDialog = ({ peer: { id, name }, onClose }: { readonly peer: ImagingPeerEntry; readonly onClose: () => void }) => {
  const [remove, { busy, problem }] = useAct('removeImagingPeer')
  return (
    <ConfirmDialog
      title={t('peers.remove.sure', { name })} act={t('peers.remove')} leave={t('peers.remove.leave')} busy={busy} problem={problem} onClose={onClose}
      onAct={async () => (await remove({ id })).ok}
    >
      <p>{t('peers.remove.text')}</p>
    </ConfirmDialog>
  )
}

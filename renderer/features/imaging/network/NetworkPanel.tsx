import { useState } from 'react'
import { common } from '../../../../resources/locales/en/common'
import type { DicomNetworkState, ImagingPeer, PutAside, RefusedCaller } from '../../../../shared/contract'
import { useAct, useAnswer, useEvent } from '../../../client'
import { Button, ConfirmDialog, Fact, FactList, formatDayTime, Notice, Panel, ProblemNotice, Waiting } from '../../../components'
import { OwnDialog } from './OwnDialog'
import { PeerDialog } from './PeerDialog'
import { t, whyAside } from './words'
import './network.css'

/** This workstation on DICOM's network: whether it listens, what came, who was turned away, what waits for a person. */
export const NetworkPanel = () => {
  const { value: network, problem, refresh } = useAnswer('dicomNetworkState')
  useEvent('dicomNetworkChanged', refresh)
  const [dialog, setDialog] = useState<'set' | 'off'>()
  const isOn = network !== undefined && network.state !== 'off'
  return (
    <Panel
      id="dicom-network" title={t('own')}
      actions={network ? (
        <div className="acts">
          {isOn ? <Button kind="quiet" onClick={() => setDialog('off')}>{t('own.turn-off')}</Button> : null}
          <Button onClick={() => setDialog('set')}>{t('own.change')}</Button>
        </div>
      ) : null}
    >
      <p>{t('own.lead')}</p>
      {problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
      {!network && !problem ? <Waiting>{common.waiting}</Waiting> : null}
      {network ? <Standing network={network} /> : null}
      {network && network.refused.length > 0 ? <Refused callers={network.refused} /> : null}
      {network && network.putAside.length > 0 ? <Aside items={network.putAside} onDone={refresh} /> : null}
      {network && dialog === 'set' ? <OwnDialog network={network} onClose={() => setDialog(undefined)} onDone={refresh} /> : null}
      {network && dialog === 'off' ? <OffDialog network={network} onClose={() => setDialog(undefined)} onDone={refresh} /> : null}
    </Panel>
  )
}

const Standing = ({ network }: { readonly network: DicomNetworkState }) => (
  <>
    {network.problem === undefined ? null : <Notice tone="abnormal" role="status" title={t('own.state.failed')}>{t(`own.problem.${network.problem}`)}</Notice>}
    {network.isDiskFull ? <Notice tone="abnormal" role="status" title={t('own.full')}>{t('own.full.text')}</Notice> : null}
    <FactList>
      <Fact name={t('own.state')}>{t(`own.state.${network.state}`)}</Fact>
      <Fact name={t('own.title')}>
        <code>{network.aeTitle}</code>
      </Fact>
      <Fact name={t('own.addresses')}>{network.addresses.length === 0 ? t('own.addresses.none') : network.addresses.map((address) => `${address}:${network.port}`).join(', ')}</Fact>
      <Fact name={t('own.line')}>{t(network.tls ? 'own.tls.on' : 'own.tls.off')}</Fact>
      {network.state === 'off' ? null : (
        <>
          <Fact name={t('own.received')}>{network.traffic.received}</Fact>
          <Fact name={t('own.now')}>{network.traffic.open}</Fact>
        </>
      )}
      {network.waiting > 0 ? <Fact name={t('own.waiting')}>{network.waiting}</Fact> : null}
      {network.fingerprint === undefined ? null : (
        <Fact name={t('own.fingerprint')}>
          <code className="network-fingerprint">{network.fingerprint}</code>
        </Fact>
      )}
    </FactList>
  </>
)

const OffDialog = ({ network: { aeTitle, port, tls }, onClose, onDone }: { readonly network: DicomNetworkState; readonly onClose: () => void; readonly onDone: () => void }) => {
  const [set, { busy, problem }] = useAct('setDicomNetwork')
  return (
    <ConfirmDialog
      title={t('own.turn-off.sure')} act={t('own.turn-off')} leave={t('own.turn-off.leave')} busy={busy} problem={problem} onClose={onClose}
      onAct={async () => {
        const { ok } = await set({ isOn: false, aeTitle, port, tls })
        if (ok) onDone()
        return ok
      }}
    >
      <p>{t('own.turn-off.text')}</p>
    </ConfirmDialog>
  )
}

const asPeer = ({ callingAeTitle, address }: RefusedCaller): ImagingPeer => ({
  name: callingAeTitle, protocol: 'dimse', aeTitle: callingAeTitle, host: address, port: 0, tls: false, pin: '', url: '', uses: ['sends-to-us'],
})

const Refused = ({ callers }: { readonly callers: readonly RefusedCaller[] }) => {
  const [letting, setLetting] = useState<RefusedCaller>()
  return (
    <>
      <h3 id="dicom-refused">{t('refused')}</h3>
      <p>{t('refused.lead')}</p>
      <table className="table" aria-labelledby="dicom-refused">
        <thead>
          <tr>
            <th scope="col">{t('refused.who')}</th>
            <th scope="col">{t('refused.from')}</th>
            <th scope="col">{t('refused.called')}</th>
            <th scope="col">{t('refused.why')}</th>
            <th scope="col">{t('refused.when')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {callers.map((caller) => (
            <tr key={`${caller.callingAeTitle} ${caller.calledAeTitle} ${caller.address}`}>
              <td>
                <code>{caller.callingAeTitle}</code>
              </td>
              <td>{caller.address}</td>
              <td>
                <code>{caller.calledAeTitle}</code>
              </td>
              <td>{caller.reason}</td>
              <td>{formatDayTime(caller.at)}</td>
              <td>
                <Button onClick={() => setLetting(caller)} aria-label={t('refused.let-in.label', { name: caller.callingAeTitle })}>
                  {t('refused.let-in')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {letting ? <PeerDialog start={asPeer(letting)} onClose={() => setLetting(undefined)} /> : null}
    </>
  )
}

const Aside = ({ items, onDone }: { readonly items: readonly PutAside[]; readonly onDone: () => void }) => {
  const [decide, { busy, problem }] = useAct('decidePutAside')
  const [discarding, setDiscarding] = useState<PutAside>()
  const run = async (id: string, decision: 'again' | 'discard') => {
    const { ok } = await decide({ id, decision })
    if (ok) onDone()
    return ok
  }
  return (
    <>
      <h3 id="dicom-aside">{t('aside')}</h3>
      <p>{t('aside.lead')}</p>
      {problem && !discarding ? <ProblemNotice problem={problem} /> : null}
      <table className="table" aria-labelledby="dicom-aside">
        <thead>
          <tr>
            <th scope="col">{t('aside.from')}</th>
            <th scope="col">{t('aside.when')}</th>
            <th scope="col">{t('aside.why')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id}>
              <td>
                <code>{item.callingAeTitle}</code>
              </td>
              <td>{formatDayTime(item.at)}</td>
              <td>{whyAside(item.reason)}</td>
              <td>
                <div className="acts">
                  <Button busy={busy} onClick={() => void run(item.id, 'again')} aria-label={t('aside.again.label', { name: item.callingAeTitle })}>
                    {t('aside.again')}
                  </Button>
                  <Button kind="quiet" onClick={() => setDiscarding(item)} aria-label={t('aside.discard.label', { name: item.callingAeTitle })}>
                    {t('aside.discard')}
                  </Button>
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {discarding ? (
        <ConfirmDialog
          title={t('aside.discard.sure')} act={t('aside.discard')} leave={t('aside.discard.leave')} busy={busy} problem={problem} onClose={() => setDiscarding(undefined)}
          onAct={() => run(discarding.id, 'discard')}
        >
          <p>{t('aside.discard.text', { name: discarding.callingAeTitle })}</p>
        </ConfirmDialog>
      ) : null}
    </>
  )
}

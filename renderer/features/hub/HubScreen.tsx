import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import type { HubState } from '../../../shared/contract'
import { useAct, useAnswer, usePractice } from '../../client'
import { Button, Fact, FactList, formatTime, Notice, Panel, ProblemNotice, useScreen, Waiting } from '../../components'
import { CentrePanel } from './CentrePanel'
import { JoinPanel } from './JoinPanel'
import { MembersPanel } from './MembersPanel'
import { StopDialog } from './StopDialog'
import { useHubState } from './useHubState'
import { t } from './words'
import './hub.css'

/** One computer of the clinic that joins the others: being it, or joining it. */
export const HubScreen = () => {
  const state = useHubState()
  const practice = usePractice()
  const { value: servers } = useAnswer('listServers')
  useScreen('hub', state !== undefined)
  const isTraining = practice?.state === 'open' && practice.practice.training
  const isOn = state?.state === 'running' || state?.state === 'starting'
  return (
    <>
      <header className="screen-head">
        <h1>{t('title')}</h1>
        <span className="faint">{t('lead')}</span>
      </header>
      <div className="screen">
        {state ? null : <Waiting>{common.waiting}</Waiting>}
        {isTraining ? <Notice tone="training" title={t('training')} /> : null}
        {state && !isTraining ? <ThisComputer state={state} /> : null}
        {state?.state === 'running' ? <CodePanel state={state} name={practice?.state === 'open' ? practice.practice.name : ''} /> : null}
        {state?.state === 'running' ? <MembersPanel members={state.members} /> : null}
        {state?.state === 'running' ? <CentrePanel centre={state.centre} /> : null}
        {state && !isOn && !isTraining ? <JoinPanel servers={servers ?? []} /> : null}
      </div>
    </>
  )
}

const failure = (reason: string): string => (reason === 'EACCES' || reason === 'EADDRINUSE' ? t(`failed.${reason}`) : t('failed.other', { reason }))

const ThisComputer = ({ state }: { readonly state: HubState }) => {
  const [turnOn, turning] = useAct('turnOnHub')
  const [stopping, setStopping] = useState(false)
  const isRunning = state.state === 'running'
  return (
    <Panel id="hub-this" title={t('this')}>
      {turning.problem ? <ProblemNotice problem={turning.problem} /> : null}
      {state.state === 'failed' ? (
        <Notice role="status" title={t('failed')}>
          <p>{failure(state.problem ?? '')}</p>
        </Notice>
      ) : null}
      {isRunning ? <Notice tone="done" role="status" title={t('running')} /> : null}
      {state.state === 'starting' ? <p role="status">{t('starting')}</p> : null}
      {isRunning ? (
        <>
          <FactList>
            <Fact name={t('address')}>{state.addresses.length > 0 ? state.addresses.map((address) => <code key={address}>{address} </code>) : t('address.none')}</Fact>
          </FactList>
          <details>
            <summary>{t('fingerprint')}</summary>
            <code className="hub-fingerprint">{state.fingerprint?.match(/.{4}/g)?.join(' ')}</code>
          </details>
        </>
      ) : (
        <p>
          {state.state === 'off' ? <strong>{t('off')} </strong> : null}
          {t('off.text')}
        </p>
      )}
      <div className="acts">
        {isRunning ? (
          <Button onClick={() => setStopping(true)}>{t('stop')}</Button>
        ) : (
          <Button kind="main" busy={turning.busy || state.state === 'starting'} onClick={() => void turnOn()}>
            {t('on')}
          </Button>
        )}
      </div>
      {stopping ? <StopDialog members={state.members} onClose={() => setStopping(false)} /> : null}
    </Panel>
  )
}

const CodePanel = ({ state, name }: { readonly state: HubState; readonly name: string }) => {
  const [make, making] = useAct('makeJoinCode')
  const [end, ending] = useAct('endJoinCode')
  const [shown, setShown] = useState<{ code: string; until: string } | undefined>()
  const isOpen = state.codeUntil !== undefined
  const code = shown && shown.until === state.codeUntil ? shown : undefined
  const show = async () => {
    const answer = await make()
    if (answer.ok) setShown(answer.value)
  }
  const address = state.addresses[0] ?? ''
  return (
    <Panel id="hub-code-panel" title={t('code')}>
      {making.problem ? <ProblemNotice problem={making.problem} /> : null}
      <p>{t('code.text')}</p>
      {code ? (
        <>
          <p className="hub-code" role="status">
            {code.code}
          </p>
          <p>{t('code.until', { time: formatTime(code.until), name, address })}</p>
        </>
      ) : null}
      {isOpen && !code ? <p>{t('code.open', { time: formatTime(state.codeUntil ?? '') })}</p> : null}
      <div className="acts">
        <Button kind={isOpen ? 'plain' : 'main'} busy={making.busy} onClick={() => void show()}>
          {t(isOpen ? 'code.again' : 'code.make')}
        </Button>
        {isOpen ? (
          <Button kind="quiet" busy={ending.busy} onClick={() => void end()}>
            {t('code.end')}
          </Button>
        ) : null}
      </div>
    </Panel>
  )
}

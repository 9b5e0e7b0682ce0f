import { useEffect, useRef, useState } from 'react'
import { common } from '../../../../resources/locales/en/common'
import type { ExchangePeer, PullEntry, RemoteStudies, RemoteStudy } from '../../../../shared/contract'
import { useAct, useAnswer, useEvent, useWho } from '../../../client'
import { Button, Dialog, Empty, Notice, ProblemNotice, SelectField, Waiting } from '../../../components'
import { inFileWords, nameOfStudy, whenOf } from '../words'
import { problemWords, t } from './words'
import './exchange.css'

interface Props {
  /** Id of the patient. */
  readonly patient: string
  /** Images came onto this workstation. */
  readonly onArrived: () => void
}

/** Looks for a patient's studies elsewhere; nothing where no place can be asked. */
export const PriorsElsewhere = ({ patient, onArrived }: Props) => {
  const mayAsk = useWho()?.actions.includes('imaging.exchange') ?? false
  const { value: peers } = useAnswer('listExchangePeers', undefined, { skip: !mayAsk })
  const [isOpen, setOpen] = useState(false)
  const places = peers?.filter(({ canBeQueried }) => canBeQueried) ?? []
  if (!mayAsk || places.length === 0) return null
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('priors')}</Button>
      {isOpen ? <PriorsDialog patient={patient} places={places} onArrived={onArrived} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

const PriorsDialog = ({ patient, places, onArrived, onClose }: Props & { readonly places: readonly ExchangePeer[]; readonly onClose: () => void }) => {
  const [chosen, setChosen] = useState<string>()
  const [found, setFound] = useState<RemoteStudies>()
  const [ask, asking] = useAct('findPriors')
  const { value: pulls, refresh } = useAnswer('listFetchedPriors', { patient })
  useEvent('imagingExchangeChanged', refresh)
  const running = pulls?.filter(({ state }) => state === 'running').length ?? 0
  const before = useRef(running)
  useEffect(() => {
    // One has ended: the list behind the dialog is another.
    if (running < before.current) onArrived()
    before.current = running
  }, [running, onArrived])
  const peer = places.find(({ id }) => id === chosen) ?? places[0]
  const look = async () => {
    if (!peer || asking.busy) return
    setFound(undefined)
    const answer = await ask({ patient, peer: peer.id })
    if (answer.ok) setFound(answer.value)
  }
  if (!peer) return null
  return (
    <Dialog title={t('priors.title')} closeLabel={common.close} onClose={onClose} onSubmit={() => void look()} width={860}>
      <div className="stack">
        <p className="faint">{t('priors.lead')}</p>
        <div className="exchange-ask">
          <SelectField
            label={t('priors.where')}
            value={peer.id}
            options={places.map(({ id, name: label }) => ({ value: id, label }))}
            onChoose={(id) => {
              setChosen(id)
              setFound(undefined)
            }}
            data-autofocus
          />
          <Button kind="main" type="submit" busy={asking.busy}>
            {t('priors.ask')}
          </Button>
        </div>
        {asking.problem ? <ProblemNotice problem={asking.problem} /> : null}
        {asking.busy ? <Waiting>{t('priors.asking', { peer: peer.name })}</Waiting> : null}
        {found?.problem ? <Notice tone="abnormal" role="alert" title={problemWords(found)} /> : null}
        {found && !found.problem && found.studies.length === 0 ? <Empty title={t('priors.none', { peer: peer.name })}>{t('priors.none.text')}</Empty> : null}
        {found && found.studies.length > 0 ? (
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t('priors.date')}</th>
                <th scope="col">{t('priors.what')}</th>
                <th scope="col">{t('priors.images')}</th>
                <th scope="col">{t('priors.who')}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {found.studies.map((study) => (
                <Row
                  key={study.studyInstanceUid}
                  patient={patient}
                  peer={peer}
                  study={study}
                  pull={pulls?.find(({ studyInstanceUid }) => studyInstanceUid === study.studyInstanceUid)}
                  onStart={refresh}
                />
              ))}
            </tbody>
          </table>
        ) : null}
        {found?.more ? <p>{t('priors.more')}</p> : null}
      </div>
    </Dialog>
  )
}

interface RowProps {
  readonly patient: string
  readonly peer: ExchangePeer
  readonly study: RemoteStudy
  readonly pull: PullEntry | undefined
  readonly onStart: () => void
}

const Row = ({ patient, peer, study, pull, onStart }: RowProps) => {
  const [fetch, fetching] = useAct('fetchPrior')
  const name = `${nameOfStudy(study)} ${whenOf(study.started)}`
  const act = study.known || pull ? 'priors.fetch.again' : 'priors.fetch'
  const begin = async () => {
    if ((await fetch({ patient, peer: peer.id, studyInstanceUid: study.studyInstanceUid })).ok) onStart()
  }
  return (
    <tr data-study={study.studyInstanceUid}>
      <td className="imaging-when">{whenOf(study.started)}</td>
      <td>
        {nameOfStudy(study)}
        <span className="faint exchange-when">{study.modalities.join(', ')}</span>
      </td>
      <td>{study.instances ?? t('priors.images.unknown')}</td>
      <td>
        {inFileWords(study)}
        {study.mismatch ? <Notice tone="abnormal" title={t(`priors.mismatch.${study.mismatch}`)} /> : null}
      </td>
      <td className="exchange-fetch">
        {fetching.problem ? <ProblemNotice problem={fetching.problem} /> : null}
        {study.known && !pull ? <span className="faint exchange-when">{t('priors.known')}</span> : null}
        {pull ? <Fetched pull={pull} name={name} /> : null}
        {pull?.state === 'running' || pull?.state === 'done' ? null : (
          <Button busy={fetching.busy} onClick={() => void begin()} aria-label={t(`${act}.label`, { study: name, peer: peer.name })}>
            {t(act)}
          </Button>
        )}
      </td>
    </tr>
  )
}

const Fetched = ({ pull, name }: { readonly pull: PullEntry; readonly name: string }) => {
  const [stop, { busy }] = useAct('cancelFetchPrior')
  const { state, taken, total, refused, place } = pull
  if (state === 'running') {
    return (
      <>
        <span role="status" className="exchange-when">
          {total === undefined ? t('priors.running', { taken }) : t('priors.running.of', { taken, total })}
        </span>
        <Button kind="quiet" busy={busy} onClick={() => void stop({ pull: pull.id })} aria-label={t('priors.stop.label', { study: name })}>
          {t('priors.stop')}
        </Button>
      </>
    )
  }
  if (state === 'done') return <Notice tone="done" role="status" title={t(place ? `priors.done.${place}` : 'priors.done', { taken })} />
  if (state === 'cancelled') return <p role="status">{t('priors.cancelled')}</p>
  return (
    <Notice tone="abnormal" role="alert" title={t('priors.failed')}>
      <p>{[problemWords(pull), refused > 0 ? t('priors.refused', { count: refused }) : ''].filter((part) => part !== '').join(' ')}</p>
    </Notice>
  )
}

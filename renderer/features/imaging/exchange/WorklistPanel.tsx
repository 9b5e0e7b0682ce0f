import { useState } from 'react'
import type { RemoteWorklist } from '../../../../shared/contract'
import { localDay } from '../../../../shared/records/localDay'
import { useAct, useAnswer, useWho } from '../../../client'
import { Button, formatDate, Notice, Panel, ProblemNotice, SelectField, TextField } from '../../../components'
import { whenOf } from '../words'
import { problemWords, t } from './words'
import './exchange.css'

/** What another department's worklist has for a day; nothing where no place gives one. */
export const WorklistPanel = () => {
  const mayRead = useWho()?.actions.includes('imaging.exchange') ?? false
  const { value: peers } = useAnswer('listExchangePeers', undefined, { skip: !mayRead })
  const [chosen, setChosen] = useState<string>()
  const [day, setDay] = useState(() => localDay(Date.now()))
  const [read, { busy, problem }] = useAct('readWorklist')
  const [found, setFound] = useState<{ readonly list: RemoteWorklist; readonly peer: string; readonly day: string }>()
  const places = peers?.filter(({ hasWorklist }) => hasWorklist) ?? []
  const peer = places.find(({ id }) => id === chosen) ?? places[0]
  if (!mayRead || !peer) return null
  const submit = async () => {
    setFound(undefined)
    const answer = await read({ peer: peer.id, day })
    if (answer.ok) setFound({ list: answer.value, peer: peer.name, day })
  }
  return (
    <Panel id="imaging-worklist" title={t('worklist')}>
      <p>{t('worklist.lead')}</p>
      <form
        className="exchange-ask"
        aria-label={t('worklist')}
        onSubmit={(event) => {
          event.preventDefault()
          if (!busy && day !== '') void submit()
        }}
      >
        <SelectField label={t('worklist.where')} value={peer.id} options={places.map(({ id, name: label }) => ({ value: id, label }))} onChoose={setChosen} />
        <TextField label={t('worklist.day')} type="date" value={day} onText={setDay} />
        <Button type="submit" busy={busy} disabled={day === ''}>
          {t('worklist.read')}
        </Button>
      </form>
      {problem ? <ProblemNotice problem={problem} /> : null}
      {found?.list.problem ? <Notice tone="abnormal" role="alert" title={problemWords(found.list)} /> : null}
      {found && !found.list.problem && found.list.steps.length === 0 ? <p role="status">{t('worklist.none', { peer: found.peer, day: formatDate(found.day) })}</p> : null}
      {found && found.list.steps.length > 0 ? (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('worklist.time')}</th>
              <th scope="col">{t('worklist.patient')}</th>
              <th scope="col">{t('worklist.what')}</th>
              <th scope="col">{t('worklist.accession')}</th>
            </tr>
          </thead>
          <tbody>
            {found.list.steps.map((step, place) => (
              <tr key={`${step.accession} ${step.studyInstanceUid} ${place}`}>
                <td>{whenOf(step.scheduled)}</td>
                <td>
                  {step.patientName}
                  <span className="faint exchange-when">{step.patientId}</span>
                </td>
                <td>
                  {step.description}
                  <span className="faint exchange-when">{[step.modality, step.station].filter((part) => part !== '').join(' · ')}</span>
                </td>
                <td>{step.accession}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {found?.list.more ? <p>{t('worklist.more')}</p> : null}
    </Panel>
  )
}

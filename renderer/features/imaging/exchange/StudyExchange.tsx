import { useState } from 'react'
import type { StudyEntry } from '../../../../shared/contract'
import { useAnswer, useWho } from '../../../client'
import { Button, Mark } from '../../../components'
import { SendDialog } from './SendDialog'
import { useOutbox } from './useOutbox'
import { problemWords, sendWords, t } from './words'
import './exchange.css'

interface Props {
  /** Id of the patient. */
  readonly patient: string
  readonly study: StudyEntry
  /** The study as a person calls it. */
  readonly name: string
}

/** Where a study is from, when it was not imported. */
export const StudyOrigin = ({ source }: Pick<StudyEntry, 'source'>) =>
  source && source.kind !== 'import' ? (
    <span className="exchange-origin">
      <Mark>{t(`from.${source.kind}`, { from: source.from })}</Mark>
    </span>
  ) : null

/** Sends a study to another place, and says how the last time went; nothing where no place takes studies. */
export const SendStudy = ({ patient, study, name }: Props) => {
  const who = useWho()
  const { value: peers } = useAnswer('listExchangePeers')
  const { value: outbox } = useOutbox()
  const [isOpen, setOpen] = useState(false)
  const last = outbox?.sends.find((each) => each.study === study.id)
  const maySend = (who?.actions.includes('imaging.exchange') ?? false) && (peers?.some(({ canReceive }) => canReceive) ?? false)
  if (!maySend && !last) return null
  return (
    <>
      {last ? (
        <span className="exchange-last" role="status" data-send={last.state}>
          {sendWords(last)} {last.state === 'failed' || last.state === 'waiting' ? problemWords(last) : ''}
        </span>
      ) : null}
      {maySend && (study.here ?? study.instances) >= study.instances ? (
        <Button onClick={() => setOpen(true)} aria-label={t('send.label', { study: name })}>
          {t('send')}
        </Button>
      ) : null}
      {isOpen ? <SendDialog patient={patient} study={study} name={name} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

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

/** How the last send of a study went or goes; nothing where it was never sent. */
export const SendState = ({ study }: Pick<Props, 'study'>) => {
  const last = useOutbox().value?.sends.find((each) => each.study === study.id)
  if (!last) return null
  return (
    <span className="exchange-last" role="status" data-send={last.state}>
      {sendWords(last)}
      {last.state === 'failed' || last.state === 'waiting' ? <span className="faint exchange-when">{problemWords(last)}</span> : null}
    </span>
  )
}

/** Sends a study to another place; nothing where no place takes studies, or some of its images are elsewhere. */
export const SendStudy = ({ patient, study, name }: Props) => {
  const who = useWho()
  const { value: peers } = useAnswer('listExchangePeers')
  const [isOpen, setOpen] = useState(false)
  const maySend = (who?.actions.includes('imaging.exchange') ?? false) && (peers?.some(({ canReceive }) => canReceive) ?? false)
  if (!maySend || (study.here ?? study.instances) < study.instances) return null
  return (
    <>
      <Button onClick={() => setOpen(true)} aria-label={t('send.label', { study: name })}>
        {t('send')}
      </Button>
      {isOpen ? <SendDialog patient={patient} study={study} name={name} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

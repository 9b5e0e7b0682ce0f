import { useState, type KeyboardEvent } from 'react'
import type { BluetoothPairing, BluetoothQuestion } from '../../../shared/contract'
import { Button, Notice, TextField } from '../../components'
import { t } from './words'

interface Props {
  readonly pairing: BluetoothPairing
  readonly name: string
  readonly busy: boolean
  readonly onAnswer: (accept: boolean, code?: string) => void
}

/** How a pairing is going, and what it wants of the person. */
export const PairingPart = ({ pairing, name, busy, onAnswer }: Props) => {
  const { state, question, problem } = pairing
  if (state === 'done') return <Notice tone="done" role="status" title={t('pairing.done', { name })} />
  if (state === 'failed') {
    return (
      <Notice tone="abnormal" role="alert" title={t('failed', { name })}>
        {t(`failed.${problem ?? 'failed'}`)}
      </Notice>
    )
  }
  return (
    <Notice tone="info" role="status" title={t('pairing', { name })}>
      <div className="bluetooth-question">
        {question ? <Question key={question.kind} question={question} busy={busy} onAnswer={onAnswer} /> : null}
        <Button kind="quiet" onClick={() => onAnswer(false)}>
          {t('cancel')}
        </Button>
      </div>
    </Notice>
  )
}

const Question = ({ question: { kind, name, code }, busy, onAnswer }: { readonly question: BluetoothQuestion } & Pick<Props, 'busy' | 'onAnswer'>) => {
  const [text, setText] = useState('')
  const [tried, setTried] = useState(false)
  switch (kind) {
    case 'show':
      return (
        <p>
          {t('ask.show', { name })} <output className="bluetooth-code">{code}</output>
        </p>
      )
    case 'compare':
      return (
        <>
          <p>{t('ask.compare', { name })}</p>
          <output className="bluetooth-code">{code}</output>
          <div className="bluetooth-acts">
            <Button kind="main" busy={busy} onClick={() => onAnswer(true)}>
              {t('ask.yes')}
            </Button>
            <Button onClick={() => onAnswer(false)}>{t('ask.no')}</Button>
          </div>
        </>
      )
    case 'pin':
    case 'passkey': {
      const fault = text.trim() === '' ? t('ask.fault') : kind === 'passkey' && !/^\d{1,6}$/.test(text.trim()) ? t('ask.fault.passkey') : undefined
      const send = () => {
        setTried(true)
        if (!fault) onAnswer(true, text.trim())
      }
      // The panel may stand in a dialog, whose form is not ours.
      const onKeyDown = (event: KeyboardEvent) => {
        if (event.key !== 'Enter') return
        event.preventDefault()
        event.stopPropagation()
        send()
      }
      return (
        <>
          <TextField
            label={t(`ask.${kind}`, { name })}
            hint={t(`ask.${kind}.hint`)}
            value={text}
            maxLength={16}
            inputMode={kind === 'passkey' ? 'numeric' : 'text'}
            error={tried ? fault : undefined}
            autoFocus
            onText={setText}
            onKeyDown={onKeyDown}
          />
          <Button kind="main" busy={busy} onClick={send}>
            {t('ask.send')}
          </Button>
        </>
      )
    }
  }
}

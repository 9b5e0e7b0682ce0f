import { useState, type FormEvent } from 'react'
import { start } from '../../../resources/locales/en/start'
import { shell } from '../../client'
import { Button, formatDay, RecoverySheet, TextField, useNow, wording } from '../../components'
import { Front } from '../sign-in'

const t = wording(start)

const plain = (text: string) => text.replace(/[^0-9a-z]/gi, '').toUpperCase()

interface Props {
  readonly practice: string
  readonly code: string
  readonly onDone: () => void
}

/** Shows the recovery code once, prints it, and goes on only when it is on paper. */
export const RecoveryCode = ({ practice, code, onDone }: Props) => {
  const [typed, setTyped] = useState('')
  const [wrong, setWrong] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (plain(typed) === plain(code).slice(-4)) onDone()
    else setWrong(true)
  }
  return (
    <Front title={t('recovery.title')} line={practice}>
      <form className="front-form" onSubmit={submit} noValidate>
        <p>{t('recovery.text')}</p>
        <RecoverySheet title={t('recovery.sheet', { practice })} code={code} made={t('recovery.made', { date: formatDay(useNow()) })} />
        <div className="begin-actions">
          <Button onClick={() => void shell.print()}>{t('recovery.print')}</Button>
        </div>
        <TextField
          label={t('recovery.confirm')}
          hint={t('recovery.confirm.hint')}
          value={typed}
          onText={setTyped}
          maxLength={8}
          error={wrong ? t('recovery.wrong') : undefined}
          autoFocus
        />
        <div className="begin-actions">
          <Button kind="main" type="submit">
            {t('recovery.done')}
          </Button>
        </div>
      </form>
    </Front>
  )
}

import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { security as words } from '../../../resources/locales/en/security'
import { shell, useAct } from '../../client'
import { Button, Dialog, formatDay, ProblemNotice, RecoverySheet, TextField, useNow, wording } from '../../components'
import { OwnPassword } from './OwnPassword'

const t = wording(words)

interface Props {
  readonly practice: string
  readonly onClose: () => void
  readonly onDone: () => void
}

/** A new recovery code: shown once, and it counts only when somebody has said that it is on paper. */
export const RecoveryCodeDialog = ({ practice, onClose, onDone }: Props) => {
  const [password, setPassword] = useState('')
  const [code, setCode] = useState<string | null>(null)
  const [ending, setEnding] = useState('')
  const [tried, setTried] = useState(false)
  const [propose, proposing] = useAct('newRecoveryCode')
  const [confirm, confirming] = useAct('confirmRecoveryCode')
  const now = useNow()
  const problem = proposing.problem ?? confirming.problem
  const isWrong = ending.replace(/[^0-9a-z]/gi, '').toUpperCase() !== (code ?? '').slice(-4)
  const save = async () => {
    if (proposing.busy || confirming.busy) return
    setTried(true)
    if (code === null) {
      if (!password) return document.getElementById('security-password')?.focus()
      const answer = await propose({ password })
      if (!answer.ok) return
      setCode(answer.value.code)
      setTried(false)
      return
    }
    if (isWrong) return document.getElementById('security-ending')?.focus()
    if ((await confirm({ ending })).ok) onDone()
  }
  return (
    <Dialog
      title={t('recovery.new')}
      width={660}
      closeLabel={common.close}
      onClose={onClose}
      onSubmit={() => void save()}
      foot={
        <>
          {code === null ? null : <Button onClick={() => void shell.print()}>{t('recovery.print')}</Button>}
          <span className="spread" />
          <Button kind="main" type="submit" busy={proposing.busy || confirming.busy} keys="Ctrl+Enter">
            {t(code === null ? 'recovery.show' : 'recovery.confirm')}
          </Button>
        </>
      }
    >
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        {code === null ? (
          <>
            <p>{t('recovery.new.text')}</p>
            <OwnPassword value={password} onText={setPassword} tried={tried} />
          </>
        ) : (
          <>
            <RecoverySheet title={t('recovery.sheet', { practice })} code={code} made={t('recovery.made', { date: formatDay(now) })} />
            <TextField
              id="security-ending"
              label={t('recovery.ending')}
              hint={t('recovery.ending.hint')}
              value={ending}
              onText={setEnding}
              maxLength={8}
              error={tried && isWrong ? t('recovery.ending.wrong') : undefined}
              autoFocus
            />
          </>
        )}
      </div>
    </Dialog>
  )
}

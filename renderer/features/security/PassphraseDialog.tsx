import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { security as words } from '../../../resources/locales/en/security'
import { start } from '../../../resources/locales/en/start'
import { useAct } from '../../client'
import { Dialog, ProblemNotice, wording } from '../../components'
import { PassphraseField, shortestPassphrase } from '../sign-in'
import { OwnPassword } from './OwnPassword'

const t = wording(words)
const s = wording(start)

interface Props {
  /** There is none yet. */
  readonly isFirst: boolean
  readonly onClose: () => void
  readonly onDone: () => void
}

/** A new passphrase in place of the one before. */
export const PassphraseDialog = ({ isFirst, onClose, onDone }: Props) => {
  const [password, setPassword] = useState('')
  const [passphrase, setPassphrase] = useState('')
  const [tried, setTried] = useState(false)
  const [change, { busy, problem }] = useAct('changePassphrase')
  const title = t(isFirst ? 'passphrase.add' : 'passphrase.change')
  const isTooShort = passphrase.length < shortestPassphrase
  const save = async () => {
    setTried(true)
    if (!password || isTooShort) return document.getElementById(password ? 'security-passphrase' : 'security-password')?.focus()
    if (!busy && (await change({ password, passphrase })).ok) onDone()
  }
  return (
    <Dialog
      title={title}
      closeLabel={common.close}
      onClose={onClose}
      onSubmit={() => void save()}
      save={{ label: title, busy }}
    >
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        <OwnPassword value={password} onText={setPassword} tried={tried} />
        <PassphraseField
          id="security-passphrase"
          label={t('passphrase.new')}
          hint={s('create.passphrase.hint')}
          value={passphrase}
          onText={setPassphrase}
          error={tried && isTooShort ? s('create.missing.passphrase') : undefined}
        />
      </div>
    </Dialog>
  )
}

import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { security as words } from '../../../resources/locales/en/security'
import { useAct } from '../../client'
import { Dialog, ProblemNotice, wording } from '../../components'
import { OwnPassword } from './OwnPassword'

const t = wording(words)

/** A second look before the practice is closed to change its key. While it is changed, another screen stands here. */
export const ChangeKeyDialog = ({ putAside, onClose }: { readonly putAside: number; readonly onClose: () => void }) => {
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const [change, { busy, problem }] = useAct('changeKey')
  const save = async () => {
    setTried(true)
    if (!password) return document.getElementById('security-password')?.focus()
    if (!busy && (await change({ password })).ok) onClose()
  }
  return (
    <Dialog
      title={t('key.change')}
      closeLabel={common.close}
      onClose={onClose}
      onSubmit={() => void save()}
      save={{ label: t('key.change.go'), busy }}
    >
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        <p>{t('key.change.text')}</p>
        <p>{t('key.change.closed')}</p>
        {putAside > 0 ? <p>{t('key.change.aside', { count: putAside })}</p> : null}
        <OwnPassword value={password} onText={setPassword} tried={tried} />
      </div>
    </Dialog>
  )
}

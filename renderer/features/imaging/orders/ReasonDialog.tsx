import { useState, type ReactNode } from 'react'
import { common } from '../../../../resources/locales/en/common'
import { Dialog, TextField } from '../../../components'

interface Props {
  readonly title: string
  /** What will happen. */
  readonly text: string
  readonly label: string
  /** Said while no reason was given. */
  readonly fault: string
  readonly act: string
  readonly busy: boolean
  readonly problem: ReactNode
  readonly onAct: (why: string) => void
  readonly onClose: () => void
}

/** A decision that is kept with a reason. */
export const ReasonDialog = ({ title, text, label, fault, act, busy, problem, onAct, onClose }: Props) => {
  const [why, setWhy] = useState('')
  const [tried, setTried] = useState(false)
  const submit = () => {
    setTried(true)
    if (why.trim() !== '' && !busy) onAct(why)
  }
  return (
    <Dialog title={title} closeLabel={common.cancel} onClose={onClose} onSubmit={submit} save={{ label: act, busy }}>
      <div className="stack">
        {problem}
        <p>{text}</p>
        <TextField label={label} value={why} maxLength={200} onText={setWhy} error={tried && why.trim() === '' ? fault : undefined} data-autofocus />
      </div>
    </Dialog>
  )
}

import { useState, type ReactNode } from 'react'
import { common } from '../../../../resources/locales/en/common'
import { Dialog, TextField, useDraft } from '../../../components'

interface Props {
  /** Under which the reason keeps itself while it is typed. */
  readonly draft: string
  readonly title: string
  /** What will happen. */
  readonly text: string
  readonly label: string
  /** Said while no reason was given. */
  readonly fault: string
  readonly act: string
  readonly busy: boolean
  readonly problem: ReactNode
  /** Answers whether it was done. */
  readonly onAct: (why: string) => Promise<boolean>
  readonly onClose: () => void
}

/** A decision that is kept with a reason. */
export const ReasonDialog = ({ draft, title, text, label, fault, act, busy, problem, onAct, onClose }: Props) => {
  const [why, setWhy, clear] = useDraft(draft, '')
  const [tried, setTried] = useState(false)
  const submit = async () => {
    setTried(true)
    if (why.trim() !== '' && !busy && (await onAct(why))) clear()
  }
  return (
    <Dialog title={title} closeLabel={common.cancel} onClose={onClose} onSubmit={() => void submit()} save={{ label: act, busy }}>
      <div className="stack">
        {problem}
        <p>{text}</p>
        <TextField label={label} value={why} maxLength={200} onText={setWhy} error={tried && why.trim() === '' ? fault : undefined} data-autofocus />
      </div>
    </Dialog>
  )
}

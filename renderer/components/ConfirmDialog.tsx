import type { ReactNode } from 'react'
import { Dialog } from './Dialog'
import { ProblemNotice, type Refusal } from './ProblemNotice'

interface Props {
  /** The question. */
  readonly title: ReactNode
  /** The word on the button that does it. */
  readonly act: string
  /** The word on the button that leaves all as it is. */
  readonly leave: string
  /** Does it; whether it was done. The dialog closes when it was. */
  readonly onAct: () => Promise<boolean>
  readonly onClose: () => void
  readonly busy: boolean
  readonly problem: Refusal | undefined
  /** What will happen, in a sentence or two. */
  readonly children: ReactNode
}

/** A second look before something that cannot be taken back: what will happen, one button that does it, Esc leaves it. */
export const ConfirmDialog = ({ title, act, leave, onAct, onClose, busy, problem, children }: Props) => {
  const submit = async () => {
    if (!busy && (await onAct())) onClose()
  }
  return (
    <Dialog title={title} closeLabel={leave} onClose={onClose} onSubmit={() => void submit()} save={{ label: act, busy, isFocused: true }}>
      <div className="stack">
        {children}
        {problem ? <ProblemNotice problem={problem} /> : null}
      </div>
    </Dialog>
  )
}

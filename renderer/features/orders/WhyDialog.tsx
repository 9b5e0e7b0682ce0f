import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import type { Problem } from '../../../shared/contract'
import { Dialog, ProblemNotice, TextField, useDraft } from '../../components'
import { t } from '../specimens'

interface Props {
  /** Of the draft. */
  readonly draftKey: string
  readonly title: string
  readonly text: string
  readonly save: string
  readonly busy: boolean
  readonly problem: Problem | undefined
  readonly onSave: (why: string) => Promise<boolean>
  readonly onClose: () => void
}

/** A second look at what is done with an order, with the reason. */
export const WhyDialog = ({ draftKey, title, text, save, busy, problem, onSave, onClose }: Props) => {
  const [why, setWhy, clear] = useDraft(draftKey, '')
  const [tried, setTried] = useState(false)
  const submit = async () => {
    setTried(true)
    if (why.trim() === '' || busy || !(await onSave(why.trim()))) return
    clear()
    onClose()
  }
  return (
    <Dialog title={title} closeLabel={common.cancel} onClose={onClose} onSubmit={() => void submit()} save={{ label: save, busy }}>
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        <p>{text}</p>
        <TextField label={t('why')} value={why} maxLength={200} onText={setWhy} error={tried && why.trim() === '' ? t('why.fault') : undefined} dir="auto" data-autofocus />
      </div>
    </Dialog>
  )
}

import { useState } from 'react'
import { useAct, useWho } from '../../../client'
import { Button, Notice, ProblemNotice } from '../../../components'
import { ReasonDialog } from '../orders/ReasonDialog'
import { s } from './words'

interface Props {
  readonly study: string
  /** Absent: it waits in the tray. */
  readonly patient?: string
  readonly name: string
  readonly onDeleted: () => void
}

/** Takes a study out of the practice: a decision with a name and a reason. */
export const DeleteStudy = ({ study, patient, name, onDeleted }: Props) => {
  const who = useWho()
  const [open, setOpen] = useState(false)
  const [remove, { busy, problem, clear }] = useAct('deleteStudy')
  if (!who?.actions.includes('tray.file')) return null
  const close = () => {
    clear()
    setOpen(false)
  }
  const act = async (why: string): Promise<boolean> => {
    const { ok } = await remove({ study, why, ...(patient !== undefined && { patient }) })
    if (!ok) return false
    close()
    onDeleted()
    return true
  }
  const isReported = problem?.kind === 'conflict' && problem.facts['reason'] === 'reported'
  return (
    <>
      <Button kind="quiet" onClick={() => setOpen(true)} aria-label={s('delete.label', { study: name })}>
        {s('delete')}
      </Button>
      {open ? (
        <ReasonDialog
          draft={`imaging-delete:${study}`}
          title={s('delete.title', { study: name })}
          text={s('delete.text')}
          label={s('delete.why')}
          fault={s('delete.fault')}
          act={s('delete.act')}
          busy={busy}
          problem={
            isReported ? (
              <Notice tone="abnormal" role="alert" title={s('delete.reported')}>
                <p>{s('delete.reported.text')}</p>
              </Notice>
            ) : problem ? (
              <ProblemNotice problem={problem} />
            ) : null
          }
          onClose={close}
          onAct={act}
        />
      ) : null}
    </>
  )
}

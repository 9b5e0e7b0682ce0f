import { useState } from 'react'
import { useAct, useWho } from '../../../client'
import { Button, Notice, ProblemNotice } from '../../../components'
import { ReasonDialog } from './ReasonDialog'
import { o } from './words'

/** Takes a study off a chart it does not belong to: a decision with a name and a reason. */
export const MoveBack = ({ patient, study, name }: { readonly patient: string; readonly study: string; readonly name: string }) => {
  const who = useWho()
  const [open, setOpen] = useState(false)
  const [move, { busy, problem, clear }] = useAct('moveStudyBack')
  if (!who?.actions.includes('tray.file')) return null
  const close = () => {
    clear()
    setOpen(false)
  }
  const isReported = problem?.kind === 'conflict' && problem.facts['reason'] === 'reported'
  return (
    <>
      <Button kind="quiet" onClick={() => setOpen(true)} aria-label={o('moveBack.label', { study: name })}>
        {o('moveBack')}
      </Button>
      {open ? (
        <ReasonDialog
          draft={`imaging-move:${study}`}
          title={o('moveBack.title', { study: name })}
          text={o('moveBack.text')}
          label={o('moveBack.why')}
          fault={o('moveBack.fault')}
          act={o('moveBack.act')}
          busy={busy}
          problem={
            isReported ? (
              <Notice tone="abnormal" role="alert" title={o('moveBack.reported')}>
                <p>{o('moveBack.reported.text')}</p>
              </Notice>
            ) : problem ? (
              <ProblemNotice problem={problem} />
            ) : null
          }
          onClose={close}
          onAct={(why) =>
            move({ patient, study, why }).then(({ ok }) => {
              if (ok) close()
              return ok
            })
          }
        />
      ) : null}
    </>
  )
}

import { useState } from 'react'
import type { StudyEntry, Whereabouts } from '../../../../shared/contract'
import { useAct, useWho } from '../../../client'
import { Button, ConfirmDialog } from '../../../components'
import { s } from './words'
import './storage.css'

interface Props {
  readonly patient: string
  readonly study: StudyEntry
  /** What people call it. */
  readonly name: string
  /** Undefined: not known yet. */
  readonly place: Whereabouts | undefined
  readonly onChanged: () => void
}

/** Where the images of a study are, and for whoever looks after the computers the way to let them go from this one. */
export const StudyPlace = ({ patient, study, name, place, onChanged }: Props) => {
  const mayDrop = useWho()?.actions.includes('imaging.configure') ?? false
  const [asking, setAsking] = useState(false)
  const [drop, { busy, problem, clear }] = useAct('dropStudy')
  if (place === undefined) return null
  const { here = 0, instances } = study
  const act = async () => {
    const { ok } = await drop({ patient, study: study.id })
    if (ok) onChanged()
    return ok
  }
  return (
    <div className="study-place" data-place={place}>
      <span className="faint">
        {s(`where.${place}`)}
        {here > 0 && here < instances ? ` (${s('where.partial', { here, all: instances })})` : ''}
      </span>
      {mayDrop && place === 'both' ? (
        <Button kind="quiet" onClick={() => setAsking(true)} aria-label={s('drop.label', { study: name })}>
          {s('drop')}
        </Button>
      ) : null}
      {asking ? (
        <ConfirmDialog
          title={s('drop.title', { study: name })}
          act={s('drop.act')}
          leave={s('drop.leave')}
          onAct={act}
          onClose={() => {
            clear()
            setAsking(false)
          }}
          busy={busy}
          problem={problem}
        >
          <p>{s('drop.text')}</p>
        </ConfirmDialog>
      ) : null}
    </div>
  )
}

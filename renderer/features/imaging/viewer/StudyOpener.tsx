import { useEffect } from 'react'
import type { SeriesEntry, StudyEntry } from '../../../../shared/contract'
import { clinic } from '../../../client'
import type { Refusal } from '../../../components'

/** A study with addresses of its pixels. */
export interface OpenedStudy {
  readonly study: StudyEntry
  readonly series: readonly SeriesEntry[]
}

/** How the opening of a study went. */
export type Opening = { readonly opened: OpenedStudy } | { readonly problem: Refusal }

interface Props {
  readonly patient: string
  /** Id of the study. */
  readonly study: string
  /** False while the screen is locked: the session has ended, and the addresses with it. */
  readonly atWork: boolean
  /** Counts the tries of a person to open it again. */
  readonly attempt: number
  readonly onOpening: (study: string, opening: Opening) => void
}

/**
 * Opens a study once for each opening, not with each change of a record: every answer is one line of the audit trail.
 * The addresses of the pixels end with the session, so a person who comes back to a locked screen gets new ones.
 */
export const StudyOpener = ({ patient, study, atWork, attempt, onOpening }: Props) => {
  useEffect(() => {
    if (!atWork) return
    let gone = false
    void clinic.openStudy({ patient, study }).then((answer) => {
      if (!gone) onOpening(study, answer.ok ? { opened: answer.value } : { problem: answer.problem })
    })
    return () => {
      gone = true
    }
  }, [patient, study, atWork, attempt, onOpening])
  return null
}

import { useEffect, useState } from 'react'
import type { ImagingFile } from '../../../../shared/contract'
import { clinic } from '../../../client'
import type { Refusal } from '../../../components'
import type { ImagingDocument, Reading } from './reading'

/** A file as far as it has been read. */
export interface FileReading {
  readonly reading?: Reading
  readonly document?: ImagingDocument
  readonly leftAway?: ImagingFile['leftAway']
  /** It was read, and there is nothing in it that could be. */
  readonly isUnreadable: boolean
  readonly problem?: Refusal
  readonly again: () => void
}

interface Ask {
  readonly patient: string
  readonly study: string
  readonly instance: string
}

/** The elements of a stored instance, and the document in it. Asked for once; every answer is a line of the audit trail. */
export const useReading = ({ patient, study, instance }: Ask): FileReading => {
  const [state, setState] = useState<Omit<FileReading, 'again'>>({ isUnreadable: false })
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    let gone = false
    setState({ isUnreadable: false })
    const read = async (): Promise<Omit<FileReading, 'again'>> => {
      const [answer, { readElementsOf, documentIn }] = await Promise.all([clinic.readImagingFile({ patient, study, instance }), import('./reading')])
      if (!answer.ok) return { isUnreadable: false, problem: answer.problem }
      const reading = await readElementsOf(answer.value)
      return reading ? { reading, document: documentIn(reading), leftAway: answer.value.leftAway, isUnreadable: false } : { isUnreadable: true }
    }
    read().then(
      (now) => {
        if (!gone) setState(now)
      },
      () => {
        if (!gone) setState({ isUnreadable: true })
      },
    )
    return () => {
      gone = true
    }
  }, [patient, study, instance, attempt])
  return { ...state, again: () => setAttempt((before) => before + 1) }
}

import { useEffect, useMemo } from 'react'
import type { AnnotationEntry } from '../../../../../shared/contract'
import { useAnswer, useWho } from '../../../../client'
import type { Refusal } from '../../../../components'
import type { PaneContext } from '../parts'
import { settle, useUnsaved, type Unsaved } from './unsaved'

/** What is drawn on a study. */
export interface StudyAnnotations {
  /** As the records have it, without what was removed. */
  readonly saved: readonly AnnotationEntry[]
  readonly unsaved: readonly Unsaved[]
  readonly maySave: boolean
  /** Practitioner id of the person at work. */
  readonly person: string | undefined
  readonly problem: Refusal | undefined
  readonly refresh: () => void
}

/** Reads what is drawn on the study of a picture area, and keeps it fresh. */
export const useAnnotations = ({ patient, study }: Pick<PaneContext, 'patient' | 'study'>): StudyAnnotations => {
  const who = useWho()
  const { value, problem, refresh } = useAnswer('listAnnotations', { patient: patient.id, study: study.id })
  const person = who?.practitioner
  const drawn = useUnsaved(study.id, person)
  const saved = useMemo(() => (value ?? []).filter(({ removedBy }) => removedBy === undefined), [value])
  const ids = useMemo(() => new Set((value ?? []).map(({ id }) => id)), [value])
  const arrived = drawn.some(({ state }) => state === 'saved')
  useEffect(() => settle(ids), [ids, drawn])
  useEffect(() => {
    if (arrived) refresh()
  }, [arrived, refresh])
  return { saved, unsaved: drawn.filter(({ id }) => id === undefined || !ids.has(id)), maySave: who?.actions.includes('imaging.annotate') ?? false, person, problem, refresh }
}

/** Whether something is drawn on the picture of an area. */
export const isOn = ({ place }: Pick<PaneContext, 'place'>, on: { readonly instance: string; readonly frame: number }): boolean =>
  place?.sopInstanceUid === on.instance && (place.frame ?? 1) === on.frame

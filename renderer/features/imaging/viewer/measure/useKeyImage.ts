import { useState } from 'react'
import type { AnnotationEntry } from '../../../../../shared/contract'
import { clinic, newKey } from '../../../../client'
import { say, type Refusal } from '../../../../components'
import type { PaneContext } from '../parts'
import { isOn, type StudyAnnotations } from './useAnnotations'
import { m } from './words'

/** Whether the picture of an area is a key image, and how it becomes one or ceases to be. */
export interface KeyImageMark {
  readonly marked: AnnotationEntry | undefined
  /** What a press would do, in words. */
  readonly does: string
  readonly toggle: () => Promise<void>
  readonly problem: Refusal | undefined
}

export const useKeyImage = (pane: PaneContext, { saved, refresh }: StudyAnnotations): KeyImageMark => {
  const [problem, setProblem] = useState<Refusal>()
  const [busy, setBusy] = useState(false)
  const { place, series } = pane
  const about = { patient: pane.patient.id, study: pane.study.id }
  const marked = saved.find((each) => each.kind === 'key-image' && isOn(pane, each.place))
  const toggle = async (): Promise<void> => {
    if (!place || busy) return
    setBusy(true)
    const answer = marked
      ? await clinic.removeAnnotation({ ...about, annotation: marked.id, version: marked.version })
      : await clinic.addAnnotation({ key: newKey(), ...about, kind: 'key-image', series: series.seriesInstanceUid, instance: place.sopInstanceUid, frame: place.frame ?? 1, points: [] })
    if (answer.ok) say(m(marked ? 'key-image.unset' : 'key-image'))
    setProblem(answer.ok ? undefined : answer.problem)
    setBusy(false)
    refresh()
  }
  return { marked, does: m(marked ? 'key-image.unset' : 'key-image.set'), toggle, problem }
}

import { useMemo, useSyncExternalStore } from 'react'
import type { AnnotationKind, AnnotationValues, Measured, PicturePlace } from '../../../../../shared/contract'
import type { Point } from '../../../../../shared/standards/dicom/calibration'
import { clinic, newKey } from '../../../../client'

/** What was drawn and is not in the list yet: it stays on the glass, whatever becomes of saving it. */
export interface Unsaved {
  readonly key: string
  /** Practitioner who drew it: nobody else is shown it. */
  readonly by: string
  readonly patient: string
  /** Id of the study's record. */
  readonly study: string
  readonly place: PicturePlace
  readonly kind: AnnotationKind
  readonly points: readonly Point[]
  readonly measured: Measured
  readonly values?: AnnotationValues
  /** `kept`: whoever drew it may not save it. `saved`: it waits for the list to have it. */
  readonly state: 'saving' | 'saved' | 'failed' | 'kept'
  /** Id of the record, once it is one. */
  readonly id?: string
}

let drawings: readonly Unsaved[] = []
let chosen: string | undefined
const watchers = new Set<() => void>()
const tell = (): void => {
  for (const watcher of watchers) watcher()
}
const watch = (watcher: () => void) => {
  watchers.add(watcher)
  return () => void watchers.delete(watcher)
}
const change = (next: readonly Unsaved[]): void => {
  drawings = next
  tell()
}
const put = (drawing: Unsaved): void => change(drawings.some(({ key }) => key === drawing.key) ? drawings.map((each) => (each.key === drawing.key ? drawing : each)) : [...drawings, drawing])

/** Lets go of a drawing. */
export const drop = (key: string): void => change(drawings.filter((each) => each.key !== key))

/** Saves a drawing; again with the same key, so that one that did arrive is not made twice. */
export const save = async (drawing: Unsaved): Promise<void> => {
  put({ ...drawing, state: 'saving' })
  const { key, patient, study, kind, place, points, values } = drawing
  const answer = await clinic.addAnnotation({
    key, patient, study, kind, series: place.series, instance: place.instance, frame: place.frame, points: points.map(([x, y]) => [x, y]),
    ...(values && { values: withoutUnit(values) }),
  })
  put(answer.ok ? { ...drawing, state: 'saved', id: answer.value.id } : { ...drawing, state: 'failed' })
}

/** Values as they are asked for: their unit is the file's business. */
export const withoutUnit = ({ unit: _unit, ...values }: AnnotationValues): Omit<AnnotationValues, 'unit'> => values

/** Draws: saved at once by those who may. */
export const keep = (drawing: Omit<Unsaved, 'key' | 'state'>, maySave: boolean): void => {
  const made: Unsaved = { ...drawing, key: newKey(), state: 'kept' }
  if (maySave) void save(made)
  else put(made)
}

/** A person's drawings on a study that the list does not have yet. */
export const useUnsaved = (study: string, by: string | undefined): readonly Unsaved[] => {
  const all = useSyncExternalStore(watch, () => drawings)
  return useMemo(() => all.filter((each) => each.study === study && each.by === by), [all, study, by])
}

/** Lets go of what the list has by now. */
export const settle = (ids: ReadonlySet<string>): void => {
  if (drawings.some(({ id }) => id !== undefined && ids.has(id))) change(drawings.filter(({ id }) => id === undefined || !ids.has(id)))
}

/** The annotation whose points can be moved, on the glass and in the list. */
export const useChosen = (): readonly [string | undefined, (id: string | undefined) => void] => [useSyncExternalStore(watch, () => chosen), choose]
const choose = (id: string | undefined): void => {
  chosen = id
  tell()
}

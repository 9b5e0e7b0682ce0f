import { useEffect, useState } from 'react'
import type { AnnotationValues, PixelMeaning } from '../../../../../shared/contract'
import { measure, meaningOfFrame, statisticsOf, valueAt, type PixelGrid, type Shape } from '../../../../../shared/standards/dicom/calibration'
import { useAnswer } from '../../../../client'
import type { Refusal } from '../../../../components'
import type { PaneContext } from '../parts'
import { readGrid } from './pixelGrid'

/** What can be measured on the picture that is on the glass. */
export interface Meaning {
  /** Undefined until the file has been read. */
  readonly meaning: PixelMeaning | undefined
  /** Its values; undefined where there are none to tell. */
  readonly grid: PixelGrid | undefined
  readonly problem: Refusal | undefined
}

/** Reads what the picture of an area measures, while it is `wanted`. */
export const useMeaning = (pane: PaneContext, wanted: boolean): Meaning => {
  const { patient, study, place, shown, view } = pane
  const isPicture = place?.picture !== undefined
  const { value, problem } = useAnswer('readPixelMeanings', { patient: patient.id, study: study.id, instance: place?.sopInstanceUid ?? '' }, { skip: !wanted || !isPicture })
  const meaning = value && meaningOfFrame(value, place?.frame ?? 1)
  const [found, setFound] = useState<{ readonly of: string; readonly grid: PixelGrid | undefined }>()
  const isOnGlass = shown !== undefined && shown.index === place?.picture
  const imageId = wanted && isOnGlass && place?.picture !== undefined ? view?.imageId(place.picture) : undefined
  useEffect(() => {
    if (imageId === undefined || !meaning) return
    let gone = false
    void readGrid(imageId, meaning.values).then(
      (grid) => !gone && setFound({ of: imageId, grid }),
      () => !gone && setFound({ of: imageId, grid: undefined }),
    )
    return () => {
      gone = true
    }
  }, [imageId, meaning])
  return { meaning, grid: found?.of === imageId ? found?.grid : undefined, problem }
}

/** What a shape measures, and the values under it. */
export const measureShape = (shape: Shape, { calibration, values }: PixelMeaning, grid: PixelGrid | undefined) => {
  const under = grid && valuesUnder(shape, grid, values)
  return { measured: measure(shape, calibration), ...(under && { values: { ...under, unit: values.unit } }) }
}

const valuesUnder = (shape: Shape, grid: PixelGrid, scale: PixelMeaning['values']): Omit<AnnotationValues, 'unit'> | undefined => {
  if (shape.kind === 'probe') {
    const value = shape.points[0] && valueAt(shape.points[0], grid, scale)
    return value === undefined ? undefined : { count: 1, mean: value }
  }
  if (shape.kind !== 'ellipse' && shape.kind !== 'rectangle') return undefined
  const found = statisticsOf(shape, grid, scale)
  if (!found) return undefined
  const { count, mean, deviation, least, greatest } = found
  return { count, mean, ...(deviation !== undefined && { deviation }), least, greatest }
}

import { describe, expect, it } from 'vitest'
import type { SeriesEntry, StudyEntry } from '../../../../shared/contract'
import { counterpart, hang, priorsOf } from './hanging'

interface Made {
  readonly modality: string
  readonly description?: string
  readonly count?: number
  readonly orientation?: readonly number[]
  readonly shown?: boolean
}

const series = (uid: string, { modality, description = '', count = 1, orientation, shown = true }: Made): SeriesEntry => ({
  seriesInstanceUid: uid,
  modality,
  description,
  instances: Array.from({ length: count }, (_, index) => ({
    sopInstanceUid: `${uid}.${index}`, frames: 1, rows: 4, columns: 4, url: '', ...(orientation && { orientation }), ...(!shown && { cannotShow: 'not-an-image' as const }),
  })),
})
const axial = [1, 0, 0, 0, 1, 0]
const sagittal = [0, 1, 0, 0, 0, -1]
const uids = (list: readonly SeriesEntry[]): readonly string[] => list.map(({ seriesInstanceUid }) => seriesInstanceUid)

describe('hanging', () => {
  it('D23: two views of a chest hang side by side, three and four in a square, a CT alone', () => {
    const front = series('1', { modality: 'DX' })
    const side = series('2', { modality: 'DX' })
    expect(hang([front, side])).toMatchObject({ layout: '1x2', series: [front, side] })
    expect(hang([front, side, series('3', { modality: 'CR' })]).layout).toBe('2x2')
    expect(hang([series('1', { modality: 'CT', count: 90 }), series('2', { modality: 'CT' })]).layout).toBe('1x1')
  })

  it('begins with a series that has a picture, and shows a study without any', () => {
    const report = series('1', { modality: 'SR', shown: false })
    expect(uids(hang([report, series('2', { modality: 'CT' })]).series)).toEqual(['2'])
    expect(uids(hang([report]).series)).toEqual(['1'])
  })
})

describe('a study from before', () => {
  it('D6: is offered in order of date, the newest first, undated ones last, and never the open one', () => {
    const study = (id: string, started?: string) => ({ id, ...(started && { started }) }) as StudyEntry
    expect(priorsOf([study('a', '2019-02-01'), study('undated'), study('b', '2024-07-15T10:00:00'), study('open', '2026-01-01')], 'open').map(({ id }) => id)).toEqual(['b', 'a', 'undated'])
  })

  it('D6: is laid beside with the series that is most like it', () => {
    const today = series('t', { modality: 'CT', description: 'Chest lung', count: 200, orientation: axial })
    const candidates = [
      series('1', { modality: 'CT', description: 'Scout', count: 2, orientation: sagittal }),
      series('2', { modality: 'CT', description: 'Chest soft', count: 180, orientation: axial }),
      series('3', { modality: 'CT', description: 'Chest lung', count: 150, orientation: axial }),
      series('4', { modality: 'SR', shown: false }),
    ]
    expect(counterpart(today, candidates)?.seriesInstanceUid).toBe('3')
    expect(counterpart(series('s', { modality: 'CT', count: 60, orientation: sagittal }), candidates)?.seriesInstanceUid).toBe('1')
    expect(counterpart(today, candidates.slice(3))?.seriesInstanceUid).toBe('4')
    expect(counterpart(today, [])).toBeUndefined()
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Annotation } from '../../../shared/records/imaging-annotation/annotation'
import { annotationOf, annotationRecord, redrawn, relabelled, removed } from '../../../shared/records/imaging-annotation/annotation'
import { createClock } from '../../../shared/records/clock'
import type { Envelope } from '../../../shared/records/envelope'
import { mergeRecords } from '../../../shared/records/merge'
import { writePhantom } from '../phantom/phantom'
import { doctor, openTestPractice, type TestPractice } from '../practice.test-parts'
import { openAnnotations, type Annotations } from './index'

const ada = { practitioner: doctor, name: 'Dr Ada Test' }
const ben = { practitioner: '01JD0000000000000000000BEN', name: 'Dr Ben Test' }

describe('measurements and marks on pictures', () => {
  let practice: TestPractice
  let annotations: Annotations
  let disc: string
  let patient: string
  let about: { patient: string; study: string }
  let picture: { series: string; instance: string; frame: number }

  beforeAll(async () => {
    disc = await mkdtemp(join(tmpdir(), 'annotated-'))
    practice = await openTestPractice()
    annotations = openAnnotations({ replica: practice.replica, readFile: practice.imaging.fileForReading })
    patient = await practice.register('A-000042', 'Okonkwo-Test')
    await practice.replica.records.add('Practitioner', { resourceType: 'Practitioner', id: doctor, name: [{ text: 'Dr Ada Test' }] }, 'system')
    await writePhantom(disc, { patient: { number: 'A-000042', family: 'Okonkwo-Test', given: 'Ada' }, slices: 3, size: 64 })
    await practice.import(disc, patient)
    const [study] = await practice.imaging.listStudies(patient)
    about = { patient, study: study?.id ?? '' }
    const opened = await practice.imaging.openStudy({ ...about, session: 's' })
    if (typeof opened === 'string') throw new Error(opened)
    const series = opened.series[0]
    picture = { series: series?.seriesInstanceUid ?? '', instance: series?.instances[0]?.sopInstanceUid ?? '', frame: 1 }
  })
  afterAll(async () => {
    await practice.close()
    await rm(disc, { recursive: true, force: true })
  })

  const draw = async (key: string, more: Partial<Parameters<Annotations['add']>[0]> = {}) => {
    const added = await annotations.add({ key, ...about, ...picture, kind: 'length', points: [[10, 10], [40, 50]], label: '', ...more }, ada)
    if (typeof added === 'string') throw new Error(added)
    return added
  }

  it('D5: a length is worked out by the practice host from the stored file, and says on what it rests', async () => {
    // 64 pixels over a field of 240 mm: 3.75 mm each; 50 of them.
    expect(await annotations.meanings({ ...about, instance: picture.instance })).toMatchObject([{ calibration: { kind: 'patient', spacing: { row: 3.75, column: 3.75 } }, values: { unit: 'HU' } }])
    const drawn = await draw('first length', { label: 'orbit' })
    expect(drawn).toMatchObject({ kind: 'length', label: 'orbit', createdBy: 'Dr Ada Test', station: 'A', versions: 1, drawing: { measured: { basis: 'patient', quantities: [{ name: 'length', value: 187.5, unit: 'mm' }] } } })
    // The same act again is the same record.
    expect((await draw('first length', { label: 'orbit' })).id).toBe(drawn.id)
  })

  it('D5: values under an area keep the unit that the file says, whatever the window said', async () => {
    const drawn = await draw('an area', { kind: 'ellipse', points: [[20, 20], [40, 40]], values: { count: 300, mean: 35.2, deviation: 4, least: 20, greatest: 60 } })
    expect(drawn.drawing.values).toEqual({ unit: 'HU', count: 300, mean: 35.2, deviation: 4, least: 20, greatest: 60 })
  })

  it('D5: a change and a removal are by a named person and stay in the history; a removal is taken back by drawing', async () => {
    const drawn = await draw('changed later')
    const moved = await annotations.change({ ...about, annotation: drawn.id, version: drawn.version, points: [[10, 10], [10, 20]] }, ben)
    if (typeof moved === 'string') throw new Error(moved)
    expect(moved).toMatchObject({ createdBy: 'Dr Ada Test', versions: 2, drawing: { by: ben, measured: { quantities: [{ value: 37.5 }] } } })
    const named = await annotations.change({ ...about, annotation: drawn.id, version: moved.version, label: 'left' }, ada)
    if (typeof named === 'string') throw new Error(named)
    const gone = await annotations.remove({ ...about, annotation: drawn.id, version: named.version }, ben)
    if (typeof gone === 'string') throw new Error(gone)
    expect(gone.removedBy).toEqual(ben)
    const back = await annotations.change({ ...about, annotation: drawn.id, version: gone.version, points: named.drawing.points.map(([x, y]) => [x, y]) }, ada)
    expect(back).toMatchObject({ label: 'left', versions: 5 })
    expect(back).not.toHaveProperty('removedBy')
    const history = await annotations.history({ ...about, annotation: drawn.id })
    if (typeof history === 'string') throw new Error(history)
    expect(history.map(({ act, by }) => `${act} by ${by}`)).toEqual(['restored by Dr Ada Test', 'removed by Dr Ben Test', 'labelled by Dr Ada Test', 'changed by Dr Ben Test', 'drawn by Dr Ada Test'])
  })

  it('a change of something that moved on meanwhile is refused', async () => {
    const drawn = await draw('two at once')
    await annotations.change({ ...about, annotation: drawn.id, version: drawn.version, label: 'mine' }, ada)
    await expect(annotations.change({ ...about, annotation: drawn.id, version: drawn.version, label: 'yours' }, ben)).rejects.toMatchObject({ kind: 'conflict' })
  })

  it('D9: a picture is a key image once, can be let go of and marked again', async () => {
    const mark = (key: string) => draw(key, { kind: 'key-image', points: [], label: 'fracture' })
    const one = await mark('key image 1')
    expect((await mark('key image 2')).id).toBe(one.id)
    await annotations.remove({ ...about, annotation: one.id, version: one.version }, ben)
    const again = await mark('key image 3')
    expect(again.id).toBe(one.id)
    expect(again.removedBy).toBeUndefined()
    const listed = await annotations.list(about)
    expect(typeof listed === 'string' ? [] : listed.filter(({ kind }) => kind === 'key-image')).toHaveLength(1)
  })

  it('lies with the study: another patient, another study, another picture and a wrong number of points are refused', async () => {
    const other = await practice.register('A-000043', 'Nobody')
    const drawn = await draw('mine alone')
    const points: [number, number][] = [[1, 1], [2, 2]]
    expect(await annotations.list({ ...about, patient: other })).toBe('not-found')
    expect(await annotations.meanings({ ...about, patient: other, instance: picture.instance })).toBe('not-found')
    expect(await annotations.meanings({ ...about, instance: '1.2.3' })).not.toBeInstanceOf(Array)
    expect(await annotations.add({ key: 'elsewhere', ...about, ...picture, patient: other, kind: 'length', points, label: '' }, ada)).toBe('not-found')
    expect(await annotations.add({ key: 'too many', ...about, ...picture, kind: 'probe', points, label: '' }, ada)).toBe('bad-shape')
    expect(await annotations.change({ ...about, annotation: patient, version: 'x', points }, ada)).toBe('not-found')
    expect(await annotations.change({ ...about, annotation: drawn.id, version: drawn.version, points: [[1, 1]] }, ada)).toBe('bad-shape')
    expect(await annotations.remove({ ...about, patient: other, annotation: drawn.id, version: drawn.version }, ada)).toBe('not-found')
    expect(await annotations.history({ ...about, annotation: patient })).toBe('not-found')
  })
})

describe('two workstations on one measurement', () => {
  const first: Annotation = {
    kind: 'length', place: { study: '1.2', series: '1.2.3', instance: '1.2.3.4', frame: 1 }, label: 'cyst',
    drawing: { revision: 'r1', points: [[1.5, 2], [4, 6]], by: ada, measured: { basis: 'detector', quantities: [{ name: 'length', value: 5, unit: 'mm' }] } },
  }
  const drawing = (revision: string, value: number): Annotation['drawing'] => ({ revision, points: [[0, 0], [value, 0]], by: ben, measured: { basis: 'detector', quantities: [{ name: 'length', value, unit: 'mm' }] } })
  const base = annotationRecord(first, '01JD0000000000000000000ADA', '2026-11-21')

  const version = (resource: Envelope<'Basic'>['resource'], station: string, hour: number, prior: Envelope<'Basic'>['prior'] = []): Envelope<'Basic'> => ({
    id: '01BASIC0000000000000000000', type: 'Basic', practice: '01PRACTICE0000000000000000', resource, search: {}, author: station, station,
    at: createClock({ station, now: () => Date.UTC(2026, 10, 21, hour) }).next(), prior, ...(prior[0] && { after: [prior[0].at] }),
  })
  const begun = version(base, 'A', 8)
  const prior = [{ resource: begun.resource, author: begun.author, station: begun.station, at: begun.at }]
  const met = (one: Envelope<'Basic'>['resource'], other: Envelope<'Basic'>['resource']): Annotation | undefined => {
    const [a, b] = [version(one, 'A', 9, prior), version(other, 'B', 10, prior)]
    const [there, here] = [mergeRecords({ master: a, mine: b }), mergeRecords({ master: b, mine: a })]
    expect(there.record.resource).toEqual(here.record.resource)
    expect(there.clashes).toEqual([])
    return annotationOf(there.record.resource as Envelope<'Basic'>['resource'])
  }

  it('the record says again what was drawn', () => {
    expect(annotationOf(base)).toEqual(first)
    const odd: Annotation = { ...first, label: '', drawing: { ...first.drawing, values: { unit: '', count: 3, mean: 0.1 + 0.2 }, measured: { basis: 'region', quantities: [], refused: 'across-regions' } } }
    expect(annotationOf(annotationRecord(odd, 'x', '2026-11-21'))).toEqual(odd)
  })

  it('both drew: the later drawing stands, with its own numbers', () => {
    expect(met(redrawn(base, drawing('r2', 7)), redrawn(base, drawing('r3', 9)))).toMatchObject({ drawing: { revision: 'r3', points: [[0, 0], [9, 0]], measured: { quantities: [{ value: 9 }] } } })
  })

  it('one drew, the other wrote: both are there', () => {
    expect(met(relabelled(base, 'abscess'), redrawn(base, drawing('r2', 7)))).toMatchObject({ label: 'abscess', drawing: { revision: 'r2' } })
    expect(met(relabelled(base, ''), redrawn(base, drawing('r2', 7)))).toMatchObject({ label: '', drawing: { revision: 'r2' } })
  })

  it('one took it away, the other drew it anew: it stays, whoever was first', () => {
    expect(met(removed(base, ada), redrawn(base, drawing('r2', 7)))?.removedBy).toBeUndefined()
    expect(met(redrawn(base, drawing('r2', 7)), removed(base, ada))?.removedBy).toBeUndefined()
    expect(met(removed(base, ada), relabelled(base, 'x'))?.removedBy).toEqual(ada)
  })

  it('a record that is not whole, or of something else, is no annotation', () => {
    const spoilt = (from: string, to: string) => annotationOf(JSON.parse(JSON.stringify(base).replace(from, to)) as typeof base)
    for (const [from, to] of [['"length"', '"circle"'], ['1.5 2, 4 6', '1.5 2'], ['1.5 2, 4 6', 'x y, 4 6'], ['"detector"', '"guess"'], ['urn:oid:1.2.3.4', ''], ['imaging-annotation"}', 'lab-policy"}']]) {
      expect(spoilt(from as string, to as string), from).toBeUndefined()
    }
  })
})

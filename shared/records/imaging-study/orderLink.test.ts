import type { ImagingStudy } from 'fhir/r4'
import { expect, it } from 'vitest'
import { createClock } from '../clock'
import type { Envelope } from '../envelope'
import { mergeRecords } from '../merge'
import { answeringOrder, movedBack, movedBackOf, orderOfStudy } from './orderLink'
import { linkedTo, newStudy, patientOf } from './study'

const [ada, order] = ['01JD0000000000000000000ADA', '01JD000000000000000000RDER']
const by = { practitioner: '01JD0000000000000000000D0C', name: 'Dr Test' }
const header = {
  sopClassUid: '', sopInstanceUid: '1.1', studyInstanceUid: '1', seriesInstanceUid: '1.2', modality: 'CT', accession: 'A1', studyDescription: '', seriesDescription: '',
  patient: { id: 'A-1', name: 'Okonkwo^Ada', birthDate: '' }, frames: 1, rows: 1, columns: 1,
} as unknown as Parameters<typeof newStudy>[0]
const waiting = newStudy(header)
const onChart = (at: string, more: { readonly by?: typeof by } = {}): ImagingStudy => answeringOrder(linkedTo(waiting, ada, more.by), order, { at, ...more })

const version = (resource: ImagingStudy, station: string, hour: number, prior: Envelope<'ImagingStudy'>['prior'] = []): Envelope<'ImagingStudy'> => ({
  id: '01STVDY0000000000000000000', type: 'ImagingStudy', practice: '01PRACTICE0000000000000000', resource, search: {}, author: station, station,
  at: createClock({ station, now: () => Date.UTC(2026, 10, 21, hour) }).next(), prior, ...(prior[0] && { after: [prior[0].at] }),
})
/** Two workstations that had `before` did this, neither knowing of the other. */
const met = (before: ImagingStudy | undefined, one: ImagingStudy, other: ImagingStudy) => {
  const begun = before && version(before, 'A', 8)
  const prior = begun ? [{ resource: begun.resource, author: begun.author, station: begun.station, at: begun.at }] : []
  const [a, b] = [version(one, 'A', 9, prior), version(other, 'B', 10, prior)]
  const [there, here] = [mergeRecords({ master: a, mine: b }), mergeRecords({ master: b, mine: a })]
  expect(there.record.resource).toEqual(here.record.resource)
  return { study: there.record.resource as ImagingStudy, clashes: there.clashes.map(({ field }) => field) }
}

it('two workstations that put one study to its order at their own times ask nobody', () => {
  for (const before of [waiting, undefined]) {
    const { study, clashes } = met(before, onChart('2026-11-21T09:00:00.000Z'), onChart('2026-11-21T10:00:00.000Z', { by }))
    expect(clashes).toEqual([])
    expect([patientOf(study), orderOfStudy(study)]).toEqual([ada, order])
  }
})

it('a study that one took off the chart stays off it, whatever another did to it meanwhile', () => {
  const before = onChart('2026-11-21T08:00:00.000Z')
  const off = movedBack(before, { by: by.practitioner, name: by.name, at: '2026-11-21T09:00:00.000Z', why: 'Not hers' })
  for (const other of [{ ...before, description: 'Head' }, answeringOrder(before, '01JD00000000000000000THER', { at: '2026-11-21T10:00:00.000Z', by })]) {
    const { study } = met(before, off, other)
    expect(patientOf(study)).toBeUndefined()
    expect(movedBackOf(study)).toMatchObject({ why: 'Not hers', from: ada })
  }
})

it('received here and fetched from an archive there asks nobody; files that name another patient do', () => {
  const from = (source: Parameters<typeof newStudy>[1], patient = header.patient) => newStudy({ ...header, patient }, source)
  expect(met(undefined, from({ kind: 'received', from: 'CT' }), from({ kind: 'pacs', from: 'Town' })).clashes).toEqual([])
  expect(met(undefined, from({ kind: 'import' }), from({ kind: 'import' }, { ...header.patient, name: 'Bello' })).clashes).toHaveLength(1)
})

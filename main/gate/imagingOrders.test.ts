import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ImagingOrderEntry } from '../../shared/contract'
import { must } from '../../shared/testing/must'
import { openCharting, type Charting } from '../charting'
import { writePhantom, type PhantomOptions } from '../imaging'
import { doctor, openTestPractice, type TestPractice } from '../imaging/practice.test-parts'
import type { SignedIn } from './handler'
import { imagingHandlers } from './imaging'
import { imagingOrderHandlers } from './imagingOrders'

const reader = '01JD000000000000000READER0'
const as = (practitioner: string, name: string): SignedIn => ({ id: 'window', session: { id: 'session', practitioner, name, role: 'doctor' } })
const ben = as(doctor, 'Dr Ben')
const rita = as(reader, 'Dr Rita')
const nobody = '01JD0000000000000000N0B0DY'

let practice: TestPractice
let charting: Charting
let disc: string
let minute = 0

beforeEach(async () => {
  minute = 0
  practice = await openTestPractice()
  charting = openCharting({ replica: practice.replica, finder: { find: async () => [], candidatesFor: async () => [] }, now: () => Date.UTC(2026, 10, 21, 9, minute++) })
  disc = await mkdtemp(join(tmpdir(), 'disc-'))
})
afterEach(async () => {
  await charting.close()
  await practice.close()
  await rm(disc, { recursive: true, force: true })
})
const desk = () => imagingOrderHandlers({ charting, imaging: practice.imaging, replica: practice.replica })
const archive = () => imagingHandlers(practice)
let acts = 0
const key = () => `an act of ours ${++acts}`
const order = async (patient: string, told: Partial<Parameters<ReturnType<typeof desk>['placeImagingOrder']>[0]> = {}): Promise<ImagingOrderEntry> =>
  must(await desk().placeImagingOrder({ key: key(), patient, modality: 'CT', bodyPart: 'Head', reason: 'Fell from a ladder', priority: 'urgent', ...told }, ben))
/** What waits in the inbox of a doctor. */
const waiting = async ({ session }: SignedIn) => (await charting.inbox.list(session.practitioner, { skip: 0, limit: 50 })).items
const read = (patient: string, report: string, { session }: SignedIn) => charting.inbox.signOff({ key: key(), patient, report, action: 'none', comment: '' }, session)
const adaInFiles: PhantomOptions['patient'] = { number: 'A-000042', family: 'Okonkwo-Test', given: 'Ada' }
const bring = async (told: Omit<PhantomOptions, 'slices' | 'size'>, patient?: string) => {
  await writePhantom(disc, { slices: 2, size: 16, ...told })
  return practice.import(disc, patient)
}
const text = { technique: 'Without contrast', findings: 'No bleeding. No fracture.', impression: 'Normal' }

describe('from the order to the doctor who asked', () => {
  it('D8: every step has its time: ordered, performed, images linked, report signed, notified, read', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test')
    const placed = await order(ada)
    expect(placed).toMatchObject({ accession: 'A26000001', what: 'CT Head', status: 'active' })
    expect(placed.steps.filter(({ at }) => at !== undefined).map(({ step }) => step)).toEqual(['ordered'])
    await bring({ patient: adaInFiles, accession: placed.accession }, ada)
    const [linked] = must(await desk().listImagingOrders({ patient: ada }, ben))
    expect(linked?.steps.map(({ step, at }) => [step, at !== undefined])).toEqual([
      ['ordered', true], ['performed', true], ['linked', true], ['signed', false], ['notified', false], ['seen', false],
    ])
    expect((await waiting(ben))).toEqual([])
    const report = must(await desk().signImagingReport({ key: key(), patient: ada, studies: linked?.studies.slice() ?? [], text, keyImages: [] }, rita))
    expect(report).toMatchObject({ order: placed.id, accession: placed.accession, title: 'CT Head', text })
    const [notice] = (await waiting(ben))
    expect(notice).toMatchObject({ order: placed.id, report: report.id, impression: 'Normal', title: 'CT Head' })
    // It is not the reader's to read.
    expect((await waiting(rita))).toEqual([])
    expect(await read(ada, report.id, rita)).toMatchObject({ ok: false, problem: { kind: 'conflict' } })
    await desk().noticesShown({ orders: [placed.id, nobody] }, ben)
    must(await read(ada, report.id, ben))
    const [seen] = must(await desk().listImagingOrders({ patient: ada }, ben))
    expect(seen).toMatchObject({ status: 'completed', report: report.id })
    expect(seen?.steps.every(({ at }) => at !== undefined)).toBe(true)
    expect((await waiting(ben))).toEqual([])
  })

  it('D8: whoever has read a report is told again when something is added to it, and when another one stands in its place', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test')
    const placed = await order(ada)
    await bring({ patient: adaInFiles, accession: placed.accession }, ada)
    const studies = must(await archive().listStudies({ patient: ada }, ben)).map(({ id }) => id)
    const notices = async () => (await waiting(ben))
    const report = must(await desk().signImagingReport({ key: key(), patient: ada, studies, text, keyImages: [] }, rita))
    must(await read(ada, report.id, ben))
    expect(await notices()).toEqual([])
    const added = must(await desk().addToImagingReport({ key: key(), patient: ada, report: report.id, text: 'There is a fracture after all.' }, rita))
    expect(await notices()).toMatchObject([{ order: placed.id, report: added.id, impression: 'Normal\n\nThere is a fracture after all.' }])
    must(await read(ada, added.id, ben))
    expect(await notices()).toEqual([])
    must(await desk().withdrawImagingReport({ key: key(), patient: ada, report: added.id, why: 'Images of somebody else' }, rita))
    const right = must(await desk().signImagingReport({ key: key(), patient: ada, studies, text: { ...text, impression: 'Fracture' }, keyImages: [] }, rita))
    expect(await notices()).toMatchObject([{ isWithdrawn: true, title: 'CT Head' }, { order: placed.id, report: right.id, impression: 'Fracture' }])
  })

  it('an order is withdrawn with a reason, and not any more once it is answered', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test')
    const placed = await order(ada)
    expect(must(await desk().cancelImagingOrder({ patient: ada, order: placed.id, why: 'Ordered twice' }, ben))).toMatchObject({ status: 'revoked', cancelled: { why: 'Ordered twice' } })
    expect(await desk().cancelImagingOrder({ patient: ada, order: placed.id, why: 'Again' }, ben)).toMatchObject({ ok: false, problem: { kind: 'conflict' } })
    expect(await desk().markImagingPerformed({ patient: nobody, order: placed.id }, ben)).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
  })

  it('ten fast clicks are one order under one number', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test')
    const again = { key: key(), patient: ada, modality: 'DX', bodyPart: 'Chest', reason: 'Cough', priority: 'routine' } as const
    const answers = await Promise.all(Array.from({ length: 10 }, () => desk().placeImagingOrder(again, ben)))
    expect(new Set(answers.map((answer) => must(answer).accession)).size).toBe(1)
    expect(must(await desk().listImagingOrders({ patient: ada }, ben))).toHaveLength(1)
    expect((await order(ada)).accession).toBe('A26000002')
  })
})

describe('whose the images are', () => {
  it('D7: a study without an accession number is put to its order by a person', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test')
    const placed = await order(ada)
    await bring({ patient: adaInFiles }, ada)
    const [study] = must(await archive().listStudies({ patient: ada }, ben))
    expect(must(await desk().listImagingOrders({ patient: ada }, ben))[0]?.studies).toEqual([])
    const linked = must(await desk().linkStudyToOrder({ patient: ada, study: study?.id ?? '', order: placed.id }, ben))
    expect(linked.studies).toEqual([study?.id])
    expect(linked.steps.find(({ step }) => step === 'linked')).toMatchObject({ by: 'Dr Ben' })
  })

  it('D7: a study under another Patient ID waits, though its accession number is of an order, and says so', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test')
    const placed = await order(ada)
    await bring({ patient: { ...adaInFiles, number: 'A-000777' }, accession: placed.accession }, ada)
    expect(must(await archive().listStudies({ patient: ada }, ben))).toEqual([])
    expect(must(await desk().explainImagingTray(undefined, ben))).toMatchObject([{ reason: 'unknown-number', suggested: { id: ada }, order: 'CT Head' }])
    const [waiting] = must(await archive().listImagingTray(undefined, ben))
    must(await archive().fileStudy({ study: waiting?.id ?? '', patient: ada }, ben))
    // Filed by a person, it answers the order that it names.
    expect(must(await desk().listImagingOrders({ patient: ada }, ben))[0]?.studies).toEqual([waiting?.id])
  })

  it('D7: a study with the open patient’s number that names somebody else’s order is on nobody’s chart', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test')
    const bola = await practice.register('A-000043', 'Bello')
    const placed = await order(bola)
    await bring({ patient: adaInFiles, accession: placed.accession }, ada)
    expect(must(await archive().listStudies({ patient: ada }, ben))).toEqual([])
    expect(must(await archive().listStudies({ patient: bola }, ben))).toEqual([])
    expect(must(await desk().explainImagingTray(undefined, ben))).toMatchObject([{ reason: 'other-order', suggested: { id: bola }, order: 'CT Head' }])
  })

  it('D7: one whose birth date contradicts, whose number is missing, or whose chart was not open, says which', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test', '1961-05-06')
    await bring({ patient: { ...adaInFiles, birthDate: '1990-01-01' }, label: 'born' }, ada)
    await bring({ patient: { ...adaInFiles, number: '' }, label: 'numberless' }, ada)
    await bring({ patient: { ...adaInFiles, birthDate: '1961-05-06' }, label: 'closed' })
    const reasons = must(await desk().explainImagingTray(undefined, ben)).map(({ reason }) => reason)
    expect(reasons.sort()).toEqual(['birth-date', 'no-number', 'not-open'])
  })

  it('D7: a wrongly linked study goes back to the tray by a person’s decision, and no number puts it there again', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test')
    const bola = await practice.register('A-000043', 'Bello')
    const placed = await order(ada)
    await bring({ patient: adaInFiles, accession: placed.accession }, ada)
    const [study] = must(await archive().listStudies({ patient: ada }, ben))
    const id = study?.id ?? ''
    expect(await desk().moveStudyBack({ patient: bola, study: id, why: 'Not hers' }, ben)).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    expect(must(await desk().moveStudyBack({ patient: ada, study: id, why: 'The wrong name was chosen at the scanner' }, ben))).toMatchObject({ place: 'tray' })
    expect(must(await archive().listStudies({ patient: ada }, ben))).toEqual([])
    expect(must(await desk().listImagingOrders({ patient: ada }, ben))[0]?.studies).toEqual([])
    expect(must(await desk().explainImagingTray(undefined, ben))).toMatchObject([{ study: id, reason: 'moved-back', movedBack: { by: 'Dr Ben', why: 'The wrong name was chosen at the scanner' } }])
    // The same disc again: it stays where the person put it.
    await practice.import(disc, ada)
    expect(must(await archive().listStudies({ patient: ada }, ben))).toEqual([])
    must(await archive().fileStudy({ study: id, patient: bola }, ben))
    expect(must(await archive().listStudies({ patient: bola }, ben))).toMatchObject([{ id, linkedBy: 'Dr Ben' }])
    expect(must(await archive().listImagingTray(undefined, ben))).toEqual([])
  })

  it('D7: what a report rests on moves only after the report was withdrawn, and then the order waits again', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test')
    const placed = await order(ada)
    await bring({ patient: adaInFiles, accession: placed.accession }, ada)
    const [study] = must(await archive().listStudies({ patient: ada }, ben))
    const id = study?.id ?? ''
    const report = must(await desk().signImagingReport({ key: key(), patient: ada, studies: [id], text, keyImages: [] }, rita))
    expect(await desk().moveStudyBack({ patient: ada, study: id, why: 'Not hers' }, ben)).toMatchObject({ ok: false, problem: { kind: 'conflict', facts: { reason: 'reported' } } })
    const withdrawn = must(await desk().withdrawImagingReport({ key: key(), patient: ada, report: report.id, why: 'Images of somebody else' }, rita))
    expect(withdrawn).toMatchObject({ withdrawn: { text: 'Images of somebody else' }, text })
    expect(must(await desk().listImagingOrders({ patient: ada }, ben))).toMatchObject([{ status: 'active' }])
    expect((await waiting(ben))).toEqual([])
    expect(must(await desk().moveStudyBack({ patient: ada, study: id, why: 'Not hers' }, ben))).toMatchObject({ place: 'tray' })
  })
})

describe('a signed report', () => {
  it('D9: keeps every word and its key images, and is added to with a name and a time', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test')
    await bring({ patient: adaInFiles }, ada)
    const [study] = must(await archive().listStudies({ patient: ada }, ben))
    const ask = { key: key(), patient: ada, studies: [study?.id ?? ''], text, keyImages: [{ studyInstanceUid: study?.studyInstanceUid ?? '', seriesInstanceUid: '2.25.2', sopInstanceUid: '2.25.3', frame: 2, window: { centre: 40.5, width: 400 }, caption: 'Left frontal' }] }
    const report = must(await desk().signImagingReport(ask, rita))
    expect(must(await desk().signImagingReport(ask, rita)).id).toBe(report.id)
    const added = must(await desk().addToImagingReport({ key: key(), patient: ada, report: report.id, text: 'Told Dr Ben on the telephone.' }, ben))
    expect(must(await desk().listImagingReports({ patient: ada }, ben))).toEqual([added])
    expect(added).toMatchObject({ text, keyImages: ask.keyImages, at: report.at, addenda: [{ text: 'Told Dr Ben on the telephone.' }] })
    expect(added.addenda[0]?.at).not.toBe(report.at)
    // Somebody who still looks at the first version does not add beside what they have not read.
    expect(await desk().addToImagingReport({ key: key(), patient: ada, report: report.id, text: 'Too late' }, rita)).toMatchObject({ ok: false, problem: { kind: 'conflict' } })
    // It is no laboratory report.
    expect(must(await charting.listReports(ada))).toEqual([])
  })

  it('is refused without a word, and about images that are not on this chart', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test')
    const bola = await practice.register('A-000043', 'Bello')
    await bring({ patient: adaInFiles }, ada)
    const [study] = must(await archive().listStudies({ patient: ada }, ben))
    const sign = (patient: string, words: typeof text) => desk().signImagingReport({ key: key(), patient, studies: [study?.id ?? ''], text: words, keyImages: [] }, rita)
    expect(await sign(bola, text)).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
    expect(await sign(ada, { technique: ' ', findings: '', impression: '\n' })).toMatchObject({ ok: false, problem: { kind: 'bad-shape' } })
    const keyImages = [{ studyInstanceUid: '2.25.999', seriesInstanceUid: '2.25.2', sopInstanceUid: '2.25.3', caption: 'Of another study' }]
    expect(await desk().signImagingReport({ key: key(), patient: ada, studies: [study?.id ?? ''], text, keyImages }, rita)).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
  })

  it('D9: begins with the words that the practice keeps', async () => {
    const chest = { name: 'Chest, normal', modality: 'DX', text: { technique: 'PA', findings: 'Clear lungs.', impression: '' } } as const
    expect(must(await desk().saveReportTemplate(chest, rita))).toEqual([chest])
    const better = { ...chest, text: { ...chest.text, impression: 'Normal chest' } }
    expect(must(await desk().saveReportTemplate(better, ben))).toEqual([better])
    expect(must(await desk().removeReportTemplate({ name: chest.name }, rita))).toEqual([])
    expect(must(await desk().saveReportTemplate(chest, rita))).toEqual([chest])
  })
})

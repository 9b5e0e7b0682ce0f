import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writePhantom } from '../imaging'
import { doctor, openTestPractice, type TestPractice } from '../imaging/practice.test-parts'
import type { SignedIn } from './handler'
import { imagingHandlers } from './imaging'

const caller: SignedIn = { id: 'window', session: { id: 'session', practitioner: doctor, name: 'Dr Test', role: 'doctor' } }
const nobody = '01JD0000000000000000N0B0DY'
let practice: TestPractice
let disc: string

beforeEach(async () => {
  practice = await openTestPractice()
  disc = await mkdtemp(join(tmpdir(), 'disc-'))
})
afterEach(async () => {
  await practice.close()
  await rm(disc, { recursive: true, force: true })
})

const handlers = () => imagingHandlers(practice)

describe('imaging requests', () => {
  it('import a folder, list and open the study, with addresses of this session', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test')
    await writePhantom(disc, { patient: { number: 'A-000042', family: 'Okonkwo-Test', given: 'Ada' }, slices: 3, size: 16 })
    const started = await handlers().importFolder({ folder: disc, patient: ada }, caller)
    if (!started.ok) throw new Error(started.problem.kind)
    await practice.imaging.ended(started.value.id)
    expect(await handlers().readImport({ import: started.value.id }, caller)).toMatchObject({ ok: true, value: { state: 'done', imported: 3 } })
    const studies = await handlers().listStudies({ patient: ada }, caller)
    const study = studies.ok ? (studies.value[0]?.id ?? '') : ''
    expect(await handlers().openStudy({ patient: ada, study }, caller)).toMatchObject({ ok: true, value: { series: [{ instances: [{}, {}, {}] }] } })
    expect(await handlers().fileStudy({ study, patient: ada }, caller)).toMatchObject({ ok: false, problem: { kind: 'already-filed' } })
  })

  it('are refused for what is not there', async () => {
    const ada = await practice.register('A-000042', 'Okonkwo-Test')
    const file = join(disc, 'a file')
    await writeFile(file, 'x')
    const problems = [
      [await handlers().importFolder({ folder: disc, patient: nobody }, caller), 'not-found'],
      [await handlers().importFolder({ folder: join(disc, 'gone'), patient: ada }, caller), 'folder-unreadable'],
      [await handlers().importFolder({ folder: file, patient: ada }, caller), 'folder-unreadable'],
      [await handlers().importFolder({ folder: '\0', patient: ada }, caller), 'folder-unreadable'],
      [await handlers().readImport({ import: 'nothing' }, caller), 'not-found'],
      [await handlers().cancelImport({ import: 'nothing' }, caller), 'not-found'],
      [await handlers().listStudies({ patient: nobody }, caller), 'not-found'],
      [await handlers().openStudy({ patient: ada, study: nobody }, caller), 'not-found'],
      // A patient's id in place of a study's.
      [await handlers().openStudy({ patient: ada, study: ada }, caller), 'not-found'],
      [await handlers().fileStudy({ study: nobody, patient: ada }, caller), 'not-found'],
    ] as const
    for (const [answer, kind] of problems) expect(answer).toMatchObject({ ok: false, problem: { kind } })
    expect(await handlers().listImagingTray(undefined, caller)).toEqual({ ok: true, value: [] })
  })
})

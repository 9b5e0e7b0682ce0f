import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import type { ProfileDraft } from '../../shared/contract'
import { encodeText } from '../../shared/standards/astm'
import { putOwnProfiles, runDeviceHost, simulatedLine } from '../devices'
import { openBench, until, type Bench } from '../devices/inbox/testing/bench'
import type { SignedIn } from './handler'
import { workbenchHandlers } from './workbench'

let bench: Bench
let folder: string
afterEach(async () => {
  await bench.close()
  await rm(folder, { recursive: true, force: true })
  putOwnProfiles([])
})

it('an analyser that nobody knew is learned from one page, paired, and its next result is on the chart', async () => {
  folder = await mkdtemp(join(tmpdir(), 'outpost-learned-'))
  bench = await openBench({ profileFolder: folder })
  const line = simulatedLine()
  const host = runDeviceHost({ transportOf: () => line.near })
  bench.desk.attach(host.link)
  const patient = await bench.order('A26000123')
  const { studyRecording, readDraft, saveProfile } = workbenchHandlers({ devices: bench.desk })
  const who = { session: { practitioner: 'p', name: 'Lena' } } as unknown as SignedIn

  const recording = Uint8Array.from(encodeText('\x02ID: A26000001\r\nGLU 5.5 mmol/L\r\n\x03'))
  const studied = await studyRecording({ recording }, who)
  if (!studied.ok) throw new Error(studied.problem.kind)
  const at = (on: number, from: number, to: number, as: ProfileDraft['marks'][number]['as']) => ({ page: 0, line: on, from, to, as })
  const draft: ProfileDraft = {
    ...studied.value.draft,
    marks: [at(0, 4, 13, 'sample'), at(1, 0, 3, 'test'), at(1, 4, 7, 'value'), at(1, 8, 14, 'unit')],
    tests: [{ code: 'GLU', name: 'Glucose', loinc: '2345-7', unit: 'mmol/L' }],
  }
  expect(await readDraft({ recording, draft }, who)).toMatchObject({ ok: true, value: { faults: [], samples: [{ accession: 'A26000001' }] } })
  const saved = await saveProfile({ recording, draft, id: 'acme-glu', maker: 'Acme', model: 'Glu', reportTitle: 'Glucose', serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 } }, who)
  expect(saved).toMatchObject({ ok: true, value: { isTested: true, profile: { id: 'acme-glu' } } })
  expect(await bench.desk.profileFolder()).toMatchObject({ faults: [] })

  expect(await bench.desk.pair({ name: 'Glucose', profile: 'acme-glu', path: 'simulated', place: '' }, bench.by)).toMatchObject({ ok: true })
  await until(() => bench.desk.listDevices()[0]?.state === 'open')
  const far = await line.far.open({ bytes: () => undefined, closed: () => undefined })
  await far.write(encodeText('\x02ID: A26000123\r\n*GLU 15.9 mmol/L\r\n\x03'))
  const report = await until(async () => (await bench.replica.records.find('DiagnosticReport', { where: { subject: patient }, limit: 5 }))[0])
  expect(report.resource.result).toHaveLength(1)
  const [observation] = await bench.replica.records.find('Observation', { where: { subject: patient }, limit: 5 })
  expect(observation?.resource.valueQuantity).toMatchObject({ value: 15.9, unit: 'mmol/L' })
  await host.close()
})

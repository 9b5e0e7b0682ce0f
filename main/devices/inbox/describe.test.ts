import { afterEach, beforeEach, expect, it } from 'vitest'
import { runDeviceHost } from '..'
import { simulatedLine } from '../transports'
import { openBench, until, type Bench } from './testing/bench'

let bench: Bench
let host: ReturnType<typeof runDeviceHost>
beforeEach(async () => {
  bench = await openBench()
  host = runDeviceHost({ transportOf: () => simulatedLine().near })
  bench.desk.attach(host.link)
})
afterEach(async () => {
  await bench.close()
  await host.close()
})

it('a device that was moved to another room keeps its line, and its new name after a restart', async () => {
  const paired = await bench.desk.pair({ name: 'Counter', profile: 'sysmex-xp', path: 'COM5', place: 'Room 1' }, bench.by)
  if (!paired.ok) throw new Error(paired.problem.kind)
  await until(() => bench.desk.listDevices()[0]?.state === 'open')
  expect(await bench.desk.describe(paired.value.id, { name: 'Counter 2', place: 'Room 2' }, bench.by)).toMatchObject({ ok: true })
  expect(bench.desk.listDevices()).toMatchObject([{ name: 'Counter 2', place: 'Room 2', state: 'open' }])
  expect((await bench.replica.records.get('Device', paired.value.id))?.resource).toMatchObject({ deviceName: [{ name: 'Counter 2' }], note: [{ text: 'Room 2' }], manufacturer: 'Sysmex' })
  await bench.reopen()
  expect(bench.desk.listDevices()).toMatchObject([{ name: 'Counter 2', place: 'Room 2' }])
  expect(await bench.desk.describe('01HV00000000000000000NONE0', { name: 'x', place: '' }, bench.by)).toMatchObject({ ok: false })
})

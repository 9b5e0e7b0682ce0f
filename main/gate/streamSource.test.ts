import { expect, it } from 'vitest'
import { vitalObservation } from '../../shared/records/observation/vitalObservation'
import { runDeviceHost } from '../devices'
import { openBench, until } from '../devices/inbox/testing/bench'
import { blackBoxHandlers } from './blackBox'
import type { SignedIn } from './handler'

it('a row that a monitor charted by itself opens the bytes of the minutes before it, and of no other device', async () => {
  let heard = 0
  const bench = await openBench({ readingChanged: ({ usable }) => void (usable && heard++) })
  const host = runDeviceHost()
  try {
    bench.desk.attach(host.link)
    const oximeter = await bench.desk.attachSimulator('contec-cms50', bench.by)
    if (!oximeter.ok) throw new Error(oximeter.problem.kind)
    await until(() => heard > 0)
    const patient = await bench.order('A26000123')
    const chart = (deviceId: string) =>
      bench.replica.records.add('Observation', vitalObservation({ subject: patient, code: 'spo2', value: 97, effective: new Date().toISOString(), origin: { kind: 'device', device: 'Oximeter', profile: 'contec-cms50', deviceId } }), `device:${deviceId}`)
    const handlers = blackBoxHandlers({ devices: bench.desk, replica: bench.replica })
    const caller: SignedIn = { id: 'window', session: { id: 's', ...bench.by, role: 'doctor' } }
    const sourceOf = async (record: string) => handlers.resultSource({ patient, type: 'Observation', record }, caller)
    const source = await sourceOf((await chart(oximeter.value.id)).id)
    if (!source.ok) throw new Error(source.problem.kind)
    // Packets of nine bytes, the first of them a live one with its top bit clear.
    expect(source.value.bytes.length).toBeGreaterThan(60 * 9)
    expect(source.value).toMatchObject({ deviceName: 'Oximeter', profile: 'contec-cms50' })
    expect(source.value.conversation.some((piece) => 'bytes' in piece && piece.from === 'host')).toBe(true)
    expect(await sourceOf((await chart('01HV0000000000000000NTHERE')).id)).toMatchObject({ ok: false, problem: { kind: 'not-found' } })
  } finally {
    await host.close()
    await bench.close()
  }
})

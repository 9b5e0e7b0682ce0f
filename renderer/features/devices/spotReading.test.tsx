import { act, cleanup, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { done, type DeviceEntry, type FeedEntry, type Ward } from '../../../shared/contract'
import { installBridge } from '../../client/bridge.test-parts'
import { ClientProvider } from '../../client'
import { press } from '../../components/press.test-parts'
import { ReadingButton } from './ReadingButton'

afterEach(cleanup)

const ada = { id: '01HV000000000000000000ADAA', name: 'OKONKWO, Ada', number: 'A-000001' }
const ben = { ...ada, id: '01HV000000000000000000BENN', name: 'DIALLO, Ben' }
const device = (id: string, name: string): DeviceEntry => ({ id: `01HV00000000000000000000${id}`, name, profile: 'intellivue-mib', category: 'vitals', path: '', place: '', state: 'open', simulated: false })
const [one, two, three] = [device('M1', 'Monitor 1'), device('M2', 'Monitor 2'), device('M3', 'Monitor 3')]
const feed = (of: DeviceEntry, patient?: FeedEntry['patient']): FeedEntry => ({
  id: of.id, device: of.id, deviceName: of.name, kind: 'stream', measures: ['pulse', 'bp-systolic', 'bp-diastolic'], waves: [], state: patient ? 'charting' : 'nobody', freshMs: 10_000, ...(patient ? { patient } : {}),
})

it.each([
  ['the monitor that serves this patient', [feed(one, ben), feed(two), feed(three, ada)], three],
  ['one that serves nobody, before one that serves somebody else', [feed(one, ben), feed(two), feed(three, ben)], two],
] as const)('on a chart, "read" begins with %s, and says that a pressure may be older', async (_, loose, chosen) => {
  const other = installBridge({
    whoAmI: () => done({ practitioner: 'p', user: 'u', name: 'Nadia', role: 'nurse', actions: ['reading.confirm', 'chart.read'], locked: false } as never),
    listDevices: () => done([one, two, three]),
    readWard: () => done({ beds: [], loose, rules: { everyMinutes: 5, silentMinutes: 2, offMinutes: 10, confirmHours: 12 } } satisfies Ward),
    takeReading: () => done({ id: 'R1', device: chosen.id, deviceName: chosen.name, at: '2026-11-21T09:00:00.000Z', usable: true, values: [{ code: 'bp-systolic', value: 118 }, { code: 'bp-diastolic', value: 76 }] }),
  })
  render(
    <ClientProvider>
      <ReadingButton patient={{ id: ada.id, family: 'Okonkwo', given: 'Ada' }} />
    </ClientProvider>,
  )
  act(() => other.tell('practiceChanged', { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' } as never))
  await waitFor(() => expect(other.asksOf('readWard').length).toBeGreaterThan(0))
  await new Promise((later) => setTimeout(later, 20))
  await press('Read a device')
  await waitFor(() => expect(other.asksOf('takeReading')).toEqual([{ device: chosen.id, patient: ada.id }]))
  await screen.findByText(/The pressure is the newest that the monitor shows/)
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DeviceCondition } from '..'
import { openReplica, type Replica } from '../../replica'
import { openInventory } from '.'
import { addUse, sumOfUse, type DeviceUse } from './use'

const start = Date.parse('2026-11-21T09:00:00.000Z')
const minute = 60_000
const day = 86_400_000

describe('the inventory of devices', () => {
  let folder: string
  let replica: Replica
  let device: string
  let now: number
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outpost-inventory-'))
    replica = await openReplica({ folder, key: new Uint8Array(32).fill(7), practice: '01HV000000000000000000TEST', station: 'A' })
    device = (await replica.records.add('Device', { resourceType: 'Device', status: 'active' }, 'system')).id
    now = start
  })
  afterEach(async () => {
    await replica.close()
    await rm(folder, { recursive: true, force: true })
  })
  const open = () => openInventory({ replica, now: () => now })
  const condition = (part: Partial<DeviceCondition>) => ({ kind: 'condition', condition: { device, state: 'open', path: 'COM5', ...part } }) as const
  const captured = (id: string, of = device) => ({ kind: 'captured', capture: { id, device: of, profile: 'sysmex-xn', at: '', text: new Uint8Array(), complete: true } }) as const

  it('counts messages and outages, how long they last, and knows them after a restart of the application', async () => {
    const first = await open()
    first.hear(condition({ lastHeard: '2026-11-21T09:00:00.000Z' }))
    first.hear(captured('C1'))
    first.hear(captured('C2'))
    first.hear(condition({ state: 'waiting', problem: 'unplugged' }))
    now += 12 * minute
    first.hear(condition({ state: 'waiting', problem: 'port-missing' }))
    now += 3 * minute
    first.hear(condition({}))
    now += 20 * minute
    await first.close()
    const again = await open()
    expect(await again.list([device])).toEqual([
      {
        device, calibration: 'unknown', lastHeard: '2026-11-21T09:00:00.000Z', messages: 2, problems: 2, downMinutes: 15,
        lastProblem: { problem: 'port-missing', at: '2026-11-21T09:12:00.000Z' },
      },
    ])
    await again.close()
  })

  it('counts a message once, however often the device host tells of it, and no replayed recording', async () => {
    const inventory = await open()
    for (const id of ['C1', 'C1', 'C2']) inventory.hear(captured(id))
    inventory.hear(captured('C3', 'replay'))
    expect(await inventory.list([device])).toMatchObject([{ messages: 2 }])
    await inventory.close()
  })

  it('does not count a device that calls us, and has not called, as out of order', async () => {
    const inventory = await open()
    inventory.hear(condition({ state: 'waiting', problem: 'not-connected' }))
    now += day
    expect(await inventory.list([device])).toMatchObject([{ problems: 0, downMinutes: 0 }])
    await inventory.close()
  })

  it('keeps serial number and calibration in the record of the device, and says when it is overdue', async () => {
    const inventory = await open()
    expect(await inventory.keepUpkeep(device, { serialNumber: 'SN-1', calibrationDue: '2026-11-20' }, 'tech')).toMatchObject({ ok: true, value: { serialNumber: 'SN-1', calibration: 'overdue' } })
    expect(await inventory.keepUpkeep(device, { serialNumber: 'SN-1', calibrationDue: '2027-11-20' }, 'tech')).toMatchObject({ ok: true, value: { calibration: 'good' } })
    expect(await inventory.keepUpkeep('01HV00000000000000000NONE0', {}, 'tech')).toMatchObject({ ok: false })
    await inventory.close()
  })

  it('forgets days that are more than a month ago', () => {
    let use: DeviceUse = { days: {} }
    for (let each = 0; each < 60; each++) use = addUse(use, start + each * day, { messages: 1 })
    expect(Object.keys(use.days)).toHaveLength(30)
    expect(sumOfUse(use, start + 59 * day).messages).toBe(30)
    expect(sumOfUse(use, start + 70 * day).messages).toBe(19)
  })
})

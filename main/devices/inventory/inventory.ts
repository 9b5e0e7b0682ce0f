import { done, refuse, type Answer, type InventoryEntry } from '../../../shared/contract'
import { calibrationOn, upkeepOf, withUpkeep, type Upkeep } from '../../../shared/records/device/upkeep'
import { localDay } from '../../../shared/records/localDay'
import type { Replica } from '../../replica'
import type { DeviceCondition, ToDesk } from '..'
import { addUse, sumOfUse, type DeviceUse } from './use'

/** What devices there are and how they have been doing: serial number, calibration, messages, outages. */
export interface Inventory {
  /** Everything that the device host tells goes by here. */
  hear(message: ToDesk): void
  list(devices: readonly string[]): Promise<InventoryEntry[]>
  keepUpkeep(device: string, upkeep: Upkeep, by: string): Promise<Answer<InventoryEntry>>
  close(): Promise<void>
}

/** What the inventory needs. */
export interface InventoryOptions {
  readonly replica: Replica
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** How often what was counted is written down, milliseconds. */
  readonly writeMs?: number
}

/** Kind in the local store. */
const useKind = 'device-use'
/** A monitor tells every two seconds that it is heard: that is not worth a write each. */
const usualWriteMs = 60_000
/** Captures that are remembered so that none counts twice. */
const rememberedCaptures = 1_000
/** States in which a device cannot be heard; one that calls us and has not called yet is not out of order. */
const isDown = ({ state, problem }: DeviceCondition): boolean => state === 'waiting' && problem !== undefined && problem !== 'not-connected'

/** Opens the inventory with what was counted before. */
export const openInventory = async ({ replica, now = Date.now, writeMs = usualWriteMs }: InventoryOptions): Promise<Inventory> => {
  const { local, records } = replica
  const uses = new Map((await local.list<DeviceUse>(useKind)).map(({ id, value }) => [id, value]))
  const changed = new Set<string>()
  const counted = new Set<string>()
  const conditions = new Map<string, DeviceCondition>()
  /** Since when a device is down, as far as it was not counted yet. */
  const downSince = new Map<string, number>()

  const useOf = (device: string): DeviceUse => uses.get(device) ?? { days: {} }
  const keep = (device: string, use: DeviceUse) => {
    uses.set(device, use)
    changed.add(device)
  }
  const countDown = (device: string) => {
    const since = downSince.get(device)
    if (since === undefined) return
    const at = now()
    downSince.set(device, at)
    keep(device, addUse(useOf(device), at, { downMs: at - since }))
  }
  const write = async () => {
    for (const device of downSince.keys()) countDown(device)
    for (const device of changed) {
      changed.delete(device)
      await local.put(useKind, device, useOf(device))
    }
  }
  let writing: Promise<void> = Promise.resolve()
  const writeDown = () => (writing = writing.then(write).catch(() => undefined))
  const timer = setInterval(() => void writeDown(), writeMs)
  timer.unref()

  const takeCondition = (condition: DeviceCondition) => {
    const { device, problem, lastHeard } = condition
    const before = conditions.get(device)
    conditions.set(device, condition)
    if (lastHeard !== undefined) keep(device, { ...useOf(device), lastHeard })
    if (problem !== undefined && problem !== 'not-connected' && before?.problem !== problem) {
      const at = now()
      keep(device, { ...addUse(useOf(device), at, { problems: 1 }), lastProblem: { problem, at: new Date(at).toISOString() } })
    }
    if (isDown(condition) && !downSince.has(device)) downSince.set(device, now())
    if (!isDown(condition) && downSince.has(device)) {
      countDown(device)
      downSince.delete(device)
    }
  }
  const entryOf = async (device: string): Promise<InventoryEntry> => {
    const record = await records.get('Device', device)
    const upkeep = record ? upkeepOf(record.resource) : {}
    const use = useOf(device)
    const { messages, problems, downMs } = sumOfUse(use, now())
    const running = downSince.get(device)
    return {
      device,
      ...upkeep,
      calibration: calibrationOn(localDay(now()), upkeep.calibrationDue),
      ...(use.lastHeard === undefined ? {} : { lastHeard: use.lastHeard }),
      messages,
      problems,
      downMinutes: Math.floor((downMs + (running === undefined ? 0 : now() - running)) / 60_000),
      ...(use.lastProblem ? { lastProblem: use.lastProblem } : {}),
    }
  }

  return {
    hear: (message) => {
      if (message.kind === 'condition') takeCondition(message.condition)
      if (message.kind !== 'captured') return
      const { id, device } = message.capture
      // What nobody confirmed is told again, and replayed recordings are of no device.
      if (!/^[0-9A-Z]{26}$/.test(device) || counted.has(id)) return
      counted.add(id)
      if (counted.size > rememberedCaptures) for (const oldest of counted) if (counted.delete(oldest)) break
      keep(device, addUse(useOf(device), now(), { messages: 1 }))
    },
    list: (devices) => Promise.all(devices.map(entryOf)),
    keepUpkeep: async (device, upkeep, by) => {
      if (!(await records.get('Device', device))) return refuse('not-found')
      await records.revise('Device', device, (resource) => withUpkeep(resource, upkeep), by)
      return done(await entryOf(device))
    },
    close: async () => {
      clearInterval(timer)
      await writeDown()
    },
  }
}

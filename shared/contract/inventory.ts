import * as z from 'zod'
import { request } from './request'
import { line, optionalLine, recordId } from './shapes'
import type { CalibrationState } from '../records/device/upkeep'

/** A paired device as the one who looks after it sees it. */
export interface InventoryEntry {
  readonly device: string
  readonly serialNumber?: string
  /** YYYY-MM-DD. */
  readonly calibrationDue?: string
  readonly calibration: CalibrationState
  /** Also of times before this start of the application. */
  readonly lastHeard?: string
  /** Of the last 30 days, while the application ran. */
  readonly messages: number
  /** How often something went wrong with its line. */
  readonly problems: number
  /** Minutes in which it could not be heard although somebody wanted to. */
  readonly downMinutes: number
  readonly lastProblem?: { readonly problem: string; readonly at: string }
}

/** Who looks after which device, and how it has been doing. */
export const inventoryRequests = {
  listInventory: request(z.undefined(), 'device.read').answers<InventoryEntry[]>(),
  /** What is left empty is taken away; a name is needed. */
  keepUpkeep: request(z.object({ device: recordId, name: line, place: optionalLine, serialNumber: optionalLine, calibrationDue: z.union([z.literal(''), z.iso.date()]) }), 'device.pair', 'write').answers<InventoryEntry>(),
}

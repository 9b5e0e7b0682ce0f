import { done, type inventoryRequests } from '../../shared/contract'
import type { DeviceDesk } from '../devices/inbox'
import type { Inventory } from '../devices/inventory'
import type { Handlers } from './handler'

/** What the inventory requests need of the practice. */
export interface InventoryParts {
  readonly devices: DeviceDesk
  readonly inventory: Inventory
}

/** Serial numbers, calibration, and how devices have been doing. */
export const inventoryHandlers = ({ devices, inventory }: InventoryParts): Handlers<typeof inventoryRequests> => ({
  listInventory: async () => done(await inventory.list(devices.listDevices().map(({ id }) => id))),
  keepUpkeep: async ({ device, name, place, serialNumber, calibrationDue }, { session: { practitioner, name: by } }) => {
    const described = await devices.describe(device, { name, place }, { practitioner, name: by })
    if (!described.ok) return described
    return inventory.keepUpkeep(device, { ...(serialNumber === '' ? {} : { serialNumber }), ...(calibrationDue === '' ? {} : { calibrationDue }) }, practitioner)
  },
})

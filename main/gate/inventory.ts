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
  keepUpkeep: ({ device, serialNumber, calibrationDue }, { session }) =>
    inventory.keepUpkeep(device, { ...(serialNumber === '' ? {} : { serialNumber }), ...(calibrationDue === '' ? {} : { calibrationDue }) }, session.practitioner),
})

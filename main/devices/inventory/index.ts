export { openInventory, type Inventory } from './inventory'

export { settleRepair } from './exchange'
export { repairReplica, type RepairAsk, type Repaired, type RepairProgress, type RepairSource } from './repairReplica'

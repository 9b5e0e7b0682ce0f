export { AuditScreen } from './AuditScreen'
export { StaffScreen } from './StaffScreen'

export { HubScreen } from './HubScreen'
export { JoinCodeFields, joinFaults, type JoinCodeForm } from './JoinCodeFields'

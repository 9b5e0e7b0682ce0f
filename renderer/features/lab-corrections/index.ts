export { VerifiedTab } from './VerifiedTab'

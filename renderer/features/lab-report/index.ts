export { PrintLabReport } from './PrintLabReport'

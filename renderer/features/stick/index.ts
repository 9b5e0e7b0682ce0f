export { StickPanel } from './StickPanel'

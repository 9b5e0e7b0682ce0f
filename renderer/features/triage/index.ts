export { QueueScreen } from './QueueScreen'

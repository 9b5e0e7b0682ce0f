export { HandoverScreen } from './HandoverScreen'

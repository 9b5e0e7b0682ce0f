export { WardRoundScreen } from './WardRoundScreen'

export { BedsScreen } from './BedsScreen'
export { UnknownBeds } from './UnknownBeds'

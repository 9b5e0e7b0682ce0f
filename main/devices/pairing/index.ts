export type { PairingAnswer, PairingAsk } from './messages'
export { openPairing, type Pairing } from './pairing'

export { readEntry } from './entry'
export { NumberPad } from './NumberPad'
export { FlagMark, OriginMark, originWords, unitOf, vitalName } from './marks'
export { VitalsTab } from './VitalsTab'

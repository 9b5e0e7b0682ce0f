export { FlagMark, OriginMark, originWords, unitOf, vitalName } from './marks'
export { VitalsTab } from './VitalsTab'

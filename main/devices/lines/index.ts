export { OpenLine, type LineListener } from './bareLine'
export { openBareLines, type BareLines, type BareLinesOptions } from './lines'
export type { LineAnswers, LineAsk } from './messages'

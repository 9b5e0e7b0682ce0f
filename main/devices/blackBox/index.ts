/** The black box of the device host: what every line said and was told, kept for looking into what went wrong. */
export { answerTrace } from './answer'
export { openBlackBox, sealBlackBoxAnew, type BlackBox } from './blackBox'
export type { Entry } from './entry'
export { saveRecording, type SaveOptions } from './saveRecording'
export type { TraceAnswers, TraceAsk, TraceReach, TraceSource } from './messages'

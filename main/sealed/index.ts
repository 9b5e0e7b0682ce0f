export { deriveKey } from './deriveKey'
export { SealedProblem } from './problem'
export { openSealedLog, type LogRecord, type SealedLog } from './log'
export { openSealedFile, readSealedFile, writeSealedFile, type ByteRange, type SealedFile } from './file'

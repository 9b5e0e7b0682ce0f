export { AstmFramer, type AstmEffect } from './astm'
export { ContecFramer, contecCommands, encodeContec, type ContecPacket } from './contec'
export { OximeterWindow, windowMs, type OximeterNumbers } from './window'
export { RawBytes } from './rawBytes'

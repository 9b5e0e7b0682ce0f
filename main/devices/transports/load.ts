import { createRequire } from 'node:module'
import type * as SerialPortLibrary from 'serialport'

/**
 * The serial library, loaded when the first port is listed or opened: the practice host, which opens none,
 * never loads its native part. `require`, because bundles are CommonJS and run from Electron's archive.
 */
export const serialport = (): typeof SerialPortLibrary => createRequire(__filename)('serialport') as typeof SerialPortLibrary

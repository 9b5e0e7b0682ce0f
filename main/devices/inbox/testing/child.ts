/** A device host as a process of its own, joined over Node's channel: what tests kill. */
import { createDeviceStation, linkOverProcess, type ProcessEnd } from '../..'

createDeviceStation().attach(linkOverProcess(process as ProcessEnd))
process.on('disconnect', () => process.exit(0))

/** A device host as a process of its own, whose processor time can be asked for. */
import { createDeviceStation, linkOverProcess, type ProcessEnd } from '../../../main/devices'

createDeviceStation().attach(linkOverProcess(process as ProcessEnd))
process.on('message', (asked: { readonly bench?: 'cpu' }) => {
  if (asked.bench === 'cpu') process.send?.({ bench: 'cpu', ...process.cpuUsage(), rss: process.memoryUsage().rss })
})
process.on('disconnect', () => process.exit(0))

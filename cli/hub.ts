import { resolve } from 'node:path'
import { runHub } from '../hub'
import { option, UsageProblem, type Call } from './command'

/** Serves sync to the workstations of a clinic; runs until it is stopped. */
export const hub = {
  usage: 'hub --data DIR [--port N] [--host ADDRESS]',
  about: 'serve sync on this computer, or with --host on the network; key: OUTPOST_HUB_PASSPHRASE',
  run: async (call: Call): Promise<number> => {
    const folder = option(call, 'data')
    if (folder === undefined) throw new UsageProblem('hub needs --data DIR')
    const port = Number(option(call, 'port') ?? 5984)
    if (!Number.isInteger(port) || port < 0 || port > 65535) throw new UsageProblem('--port is a number up to 65535')
    const running = await runHub({ folder: resolve(folder), host: option(call, 'host'), port, passphrase: process.env['OUTPOST_HUB_PASSPHRASE'], say: (line) => console.log(line) })
    await new Promise<void>((stop) => {
      process.once('SIGINT', stop)
      process.once('SIGTERM', stop)
    })
    await running.close()
    return 0
  },
}

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '../../build/ground.mjs'

/** A hub of the command line in a process of its own; it has to be built. */
export interface HubProcess {
  readonly pid: number
  readonly url: string
  readonly user: string
  readonly password: string
  close(): Promise<void>
}

/** Starts a hub on this folder, at a free port; rejects when it ends before it says where it is. */
export const startHubProcess = async (folder: string): Promise<HubProcess> => {
  const child = spawn(process.execPath, [join(root, 'out/main/cli.cjs'), 'hub', '--data', folder, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said = await new Promise<{ url: string; password: string }>((resolve, reject) => {
    let password = ''
    createInterface({ input: child.stdout }).on('line', (line) => {
      password = /^Password +(\S+)/.exec(line)?.[1] ?? password
      const url = /^Hub +(\S+)/.exec(line)?.[1]
      if (url !== undefined) resolve({ url, password })
    })
    child.on('exit', () => reject(new Error('the hub did not start')))
  })
  const close = () =>
    new Promise<void>((resolve) => {
      child.on('exit', () => resolve())
      child.kill('SIGTERM')
      setTimeout(() => child.kill('SIGKILL'), 10_000).unref()
    })
  return { pid: child.pid ?? 0, ...said, user: 'outpost', close }
}

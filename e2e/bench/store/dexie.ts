import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { resolveElectron } from '../../../build/electron.mjs'
import { isRoot, root } from '../../../build/ground.mjs'
import { displayName } from '../../harness/display'
import { processTree } from '../processTree'
import type { PeerTimes } from './pouch'

const source = join(root, 'e2e/bench/store/dexie-window')
const limitMs = 400_000

/** RxDB's Dexie storage over IndexedDB, in a window of the real Electron. */
export const measureDexie = async (folder: string, documents: number): Promise<PeerTimes> => {
  const page = join(folder, 'page')
  mkdirSync(page, { recursive: true })
  copyFileSync(join(source, 'index.html'), join(page, 'index.html'))
  await build({ absWorkingDir: root, entryPoints: [join(source, 'page.ts')], outfile: join(page, 'page.js'), bundle: true, platform: 'browser', format: 'iife', target: 'chrome114', logLevel: 'warning' })
  const electron = await resolveElectron()
  const display = await displayName()
  const child = spawn(electron.path, [...(isRoot ? ['--no-sandbox'] : []), source, '--data', join(folder, 'data'), '--page', page, '--documents', String(documents)], {
    env: { ...process.env, ...(display ? { DISPLAY: display } : {}) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let heard = ''
  let complained = ''
  child.stderr.on('data', (chunk: Buffer) => (complained = (complained + chunk.toString('utf8')).slice(-2000)))
  try {
    return await new Promise<PeerTimes>((done, failed) => {
      const timer = setTimeout(() => failed(new Error(`the window did not finish: ${complained}`)), limitMs)
      child.once('exit', () => failed(new Error(`the window ended: ${complained}`)))
      child.stdout.on('data', (chunk: Buffer) => {
        heard += chunk.toString('utf8')
        const line = heard.split('\n').find((each, place, all) => each.startsWith('measured ') && place < all.length - 1)
        if (line === undefined) return
        clearTimeout(timer)
        const measured = JSON.parse(line.slice('measured '.length)) as PeerTimes & { failed?: string }
        if (measured.failed !== undefined) failed(new Error(`the window failed: ${measured.failed}`))
        else done(measured)
      })
    })
  } finally {
    const tree = processTree(child.pid ?? 0)
    child.kill('SIGTERM')
    for (const pid of tree) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // Gone already, as it should be.
      }
    }
  }
}

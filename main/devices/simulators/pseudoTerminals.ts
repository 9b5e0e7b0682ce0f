import { spawn } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A pair of pseudo-terminals that lead to each other, as a null-modem cable does. */
export interface PseudoTerminals {
  readonly near: string
  readonly far: string
  /** Pulls the cable. */
  close(): Promise<void>
}

/** Makes a pair with `socat`; undefined where there is none (Windows, or not installed). */
export const pseudoTerminals = async (): Promise<PseudoTerminals | undefined> => {
  if (process.platform === 'win32') return undefined
  const folder = await mkdtemp(join(tmpdir(), 'outpost-line-'))
  const near = join(folder, 'near')
  const far = join(folder, 'far')
  const socat = spawn('socat', [`pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`], { stdio: 'ignore' })
  const gone = new Promise<void>((resolve) => {
    socat.on('error', () => resolve())
    socat.on('exit', () => resolve())
  })
  let running = true
  void gone.then(() => {
    running = false
  })
  // Without its parent the pair is of no use: never leave it behind.
  const killed = () => socat.kill('SIGKILL')
  process.once('exit', killed)
  const close = async () => {
    process.off('exit', killed)
    socat.kill('SIGKILL')
    await gone
    await rm(folder, { recursive: true, force: true })
  }
  const exists = (path: string) => stat(path).then(() => true, () => false)
  for (let tries = 0; running && tries < 100; tries++) {
    if ((await exists(near)) && (await exists(far))) return { near, far, close }
    await new Promise((later) => setTimeout(later, 20))
  }
  await close()
  return undefined
}

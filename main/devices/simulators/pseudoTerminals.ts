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

/**
 * Runs socat until its standard input closes: with us, however we die, the pair and its folder go.
 * $1 and $2: paths of the two ends; $3: their folder.
 */
const script = `
command -v socat >/dev/null || exit 1
socat "pty,raw,echo=0,link=$1" "pty,raw,echo=0,link=$2" </dev/null &
line=$!
cat >/dev/null
kill -9 "$line"
rm -rf "$3"
`

/** Makes a pair with `socat`; undefined where there is none (Windows, or not installed). */
export const pseudoTerminals = async (): Promise<PseudoTerminals | undefined> => {
  if (process.platform === 'win32') return undefined
  const folder = await mkdtemp(join(tmpdir(), 'outpost-line-'))
  const near = join(folder, 'near')
  const far = join(folder, 'far')
  const shell = spawn('sh', ['-c', script, 'outpost-line', near, far, folder], { stdio: ['pipe', 'ignore', 'ignore'] })
  let running = true
  const gone = new Promise<void>((resolve) => {
    const end = () => {
      running = false
      resolve()
    }
    shell.on('error', end)
    shell.on('exit', end)
  })
  shell.stdin.on('error', () => undefined)
  const close = async () => {
    shell.stdin.end()
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

import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Disk } from './disk'
import { inspect, type Inspection } from './inspect'
import { randomFrom } from './random'
import type { Workstation } from './rig'
import { Account, type Said } from './said'
import { type Act, readTrace, tracedCalls } from './trace'

/** Whether this machine can show what a process asks of the system. */
export const canTrace = (): boolean => spawnSync('strace', ['-V'], { stdio: 'ignore' }).status === 0

/** What came of power cuts. */
export interface Cuts {
  readonly lives: number
  readonly cuts: number
  readonly acknowledged: number
  readonly documentsAtMost: number
  readonly failure?: string
}

/** Runs a workstation for a while under strace, kills it, and answers what it did to its files. */
const live = async (workstation: Workstation, scratch: string, folder: string, seed: number, first: number, milliseconds: number): Promise<Act[]> => {
  const trace = join(scratch, 'trace')
  const options = ['-f', '-x', '-y', '-s', '16000000', '--seccomp-bpf', '-e', `trace=${tracedCalls.join(',')}`, '-e', 'quiet=attach,exit,superseded', '-o', trace]
  const child = spawn('strace', [...options, process.execPath, workstation.program, folder, String(seed), String(first)], { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  const ended = new Promise<void>((done) => child.on('close', () => done()))
  child.stdout.resume()
  setTimeout(() => process.kill(-(child.pid as number), 'SIGKILL'), milliseconds)
  await ended
  const acts = await readTrace(trace, folder)
  rmSync(trace)
  return acts
}

/** Moments at which a power cut is worth a look: anywhere, and more often where names, lengths or the database itself change. */
const moments = (acts: readonly Act[], many: number, random: ReturnType<typeof randomFrom>): number[] => {
  const turns = acts.flatMap((act, place) => (act.act === 'rename' || act.act === 'unlink' || act.act === 'truncate' || (act.act === 'write' && !act.path.endsWith('-wal')) ? [place] : []))
  return Array.from({ length: many }, () => (random(2) === 0 || turns.length === 0 ? random(acts.length) : random.pick(turns) + random(3))).sort((a, b) => a - b)
}

/** Lives in one folder: from the second on, the first thing that is done is to recover what a kill left. */
const livesInFolder = 3

/**
 * Cuts the power, in thought, at random moments of a workstation's life: what was synced is on the disk, of what was not, some.
 * Everything acknowledged must be there, and none of it may be taken for damage.
 */
export const cutMany = async (workstation: Workstation, cuts: number, seed: number, each = 60, say: (line: string) => void = () => undefined): Promise<Cuts> => {
  const sum = { lives: 0, cuts: 0, acknowledged: 0, documentsAtMost: 0 }
  const scratch = mkdtempSync(join(tmpdir(), 'power-'))
  const folder = join(scratch, 'practice')
  const left = join(scratch, 'left')
  const copy = join(scratch, 'copy')
  let account = new Account()
  const failed = (life: string, inspection: Exclude<Inspection, { readonly is: 'whole' }>): Cuts => {
    const words = inspection.is === 'reported' ? `taken for damage: ${inspection.message}` : inspection.faults.slice(0, 8).join('\n')
    return { ...sum, failure: `${life}, files in ${left}\n${words}` }
  }
  while (sum.cuts < cuts) {
    const lifeSeed = seed + sum.lives
    const random = randomFrom(lifeSeed ^ 0xcafe)
    if (sum.lives % livesInFolder === 0) {
      rmSync(folder, { recursive: true, force: true })
      account = new Account()
    }
    mkdirSync(folder, { recursive: true })
    const disk = new Disk(folder)
    const before = account.acknowledged
    const acts = await live(workstation, scratch, folder, lifeSeed, sum.lives * 1_000_000, 1200 + random(1500))
    const places = moments(acts, Math.min(each, cuts - sum.cuts), random)
    let heard = ''
    for (const [place, act] of acts.entries()) {
      for (; places[0] === place; places.shift()) {
        rmSync(left, { recursive: true, force: true })
        rmSync(copy, { recursive: true, force: true })
        disk.cutInto(left, random)
        cpSync(left, copy, { recursive: true })
        const inspection = await inspect(copy, account, false)
        sum.cuts += 1
        if (inspection.is !== 'whole') return failed(`life ${sum.lives}, seed ${lifeSeed}, before act ${place} (${act.act})`, inspection)
        sum.documentsAtMost = Math.max(sum.documentsAtMost, inspection.documents)
      }
      disk.do(act)
      if (act.act !== 'say') continue
      const lines = (heard + act.text).split('\n')
      heard = lines.pop() ?? ''
      for (const line of lines) account.hear(JSON.parse(line) as Said)
    }
    // The next life goes on from what the kill left.
    rmSync(copy, { recursive: true, force: true })
    cpSync(folder, copy, { recursive: true })
    const inspection = await inspect(copy, account)
    if (inspection.is !== 'whole') return failed(`after life ${sum.lives}, seed ${lifeSeed}`, inspection)
    sum.lives += 1
    sum.acknowledged += account.acknowledged - before
    say(`${sum.lives} lives, ${sum.cuts} cuts, ${sum.acknowledged} documents acknowledged`)
  }
  rmSync(scratch, { recursive: true, force: true })
  return sum
}

import { spawn } from 'node:child_process'
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from './inspect'
import { randomFrom } from './random'
import { Account, type Said } from './said'

/** A program to kill, bundled once for a whole run. */
export interface Workstation {
  readonly program: string
  remove(): void
}

/** Bundles the workstation under load; `root` is the project folder. */
export const bundleWorkstation = async (root: string): Promise<Workstation> => {
  const { build } = await import('esbuild')
  const cache = join(root, '.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'load-'))
  const program = join(folder, 'load.cjs')
  await build({
    entryPoints: [join(root, 'main/replica/durability/testing/load.ts')], outfile: program, bundle: true, platform: 'node', target: 'node18', format: 'cjs', external: ['libsql'], logLevel: 'error',
  })
  return { program, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** What a life of the workstation came to. */
export interface Life {
  /** It was killed before it had opened the practice. */
  readonly diedOpening: boolean
  /** It was killed between saying that it closes the practice and having it open again. */
  readonly diedClosing: boolean
}

/** Starts a workstation on the folder, and kills it without warning after a random time. `list` is the external list, a file. */
export const killOne = ({ program }: Workstation, folder: string, seed: number, first: number, account: Account, list: string): Promise<Life> =>
  new Promise((done, failed) => {
    const random = randomFrom(seed)
    const child = spawn(process.execPath, [program, folder, String(seed), String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
    let isOpen = false
    let wasOpen = false
    let timer: NodeJS.Timeout | undefined
    const killIn = (milliseconds: number): void => {
      clearTimeout(timer)
      timer = setTimeout(() => child.kill('SIGKILL'), milliseconds)
    }
    // Some die at whatever they do first and some while they close; the others are let into their work.
    const aim = random.pick(['start', 'closing', 'closing', 'work', 'work', 'work', 'work', 'work'])
    if (aim === 'start') killIn(100 + random(400))
    let rest = ''
    let problem: Error | undefined
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      if (lines.length > 0) appendFileSync(list, `${lines.join('\n')}\n`)
      for (const line of lines) {
        try {
          const said = JSON.parse(line) as Said
          if (said.say === 'open') {
            if (!wasOpen && aim === 'work') killIn(random.pick([5, 30, 100, 300]) + random(300))
            isOpen = wasOpen = true
          }
          if (said.say === 'closing') {
            isOpen = false
            if (aim === 'closing') killIn(random(40))
          }
          if (said.say === 'problem') problem = new Error(`the workstation failed by itself: ${said.kind}`)
          account.hear(said)
        } catch (reason) {
          problem = reason instanceof Error ? reason : new Error(String(reason))
        }
      }
    })
    child.on('error', failed)
    // A half line was not said.
    child.on('close', () => {
      clearTimeout(timer)
      if (problem === undefined) done({ diedOpening: !wasOpen, diedClosing: wasOpen && !isOpen })
      else failed(problem)
    })
  })

/** What a run of kills came to. */
export interface Kills {
  readonly kills: number
  readonly acknowledged: number
  readonly diedOpening: number
  readonly diedClosing: number
  readonly documentsAtMost: number
  readonly lost: number
  /** In words, what must not be, with the folder left for looking at; undefined: nothing. */
  readonly failure?: string
}

/** Kills on one folder before a fresh one is begun. */
const livesInFolder = 20

/** Called after each kill, before the practice is opened again. */
export type AfterKill = (folder: string, account: Account, random: ReturnType<typeof randomFrom>) => Promise<string | undefined>

/**
 * Kills a workstation again and again, and looks after each kill whether everything acknowledged is there. Stops at the
 * first fault, and leaves the folder as it is.
 */
export const killMany = async (workstation: Workstation, kills: number, seed: number, options: { readonly first?: number; readonly afterKill?: AfterKill; readonly say?: (line: string) => void } = {}): Promise<Kills> => {
  const sum = { kills: 0, acknowledged: 0, diedOpening: 0, diedClosing: 0, documentsAtMost: 0, lost: 0 }
  let folder = ''
  let account = new Account()
  let list = ''
  const begin = (): void => {
    if (folder !== '') rmSync(folder, { recursive: true, force: true })
    folder = mkdtempSync(join(tmpdir(), 'kills-'))
    list = join(folder, 'acknowledged.jsonl')
    sum.acknowledged += account.acknowledged
    account = new Account()
  }
  for (let kill = options.first ?? 0; sum.kills < kills; kill += 1) {
    if (folder === '' || kill % livesInFolder === 0) begin()
    const practice = join(folder, 'practice')
    mkdirSync(practice, { recursive: true })
    const killSeed = seed + kill
    let failure: string | undefined
    try {
      const life = await killOne(workstation, practice, killSeed, kill * 1_000_000, account, list)
      if (life.diedOpening) sum.diedOpening += 1
      if (life.diedClosing) sum.diedClosing += 1
      // As the kill left it: opening changes the files.
      const left = join(folder, 'as it was left')
      rmSync(left, { recursive: true, force: true })
      cpSync(practice, left, { recursive: true })
      failure = await options.afterKill?.(practice, account, randomFrom(killSeed ^ 0x5eed))
      if (failure === undefined) {
        const inspection = await inspect(practice, account)
        if (inspection.is === 'whole') sum.documentsAtMost = Math.max(sum.documentsAtMost, inspection.documents)
        else {
          failure = inspection.is === 'reported' ? `a mere kill was taken for damage: ${inspection.message}` : inspection.faults.slice(0, 12).join('\n')
          if (inspection.is === 'wrong') sum.lost += inspection.faults.filter((fault) => fault.startsWith('lost')).length
        }
      }
    } catch (reason) {
      failure = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)
    }
    sum.kills += 1
    if (failure !== undefined) return { ...sum, acknowledged: sum.acknowledged + account.acknowledged, failure: `kill ${kill}, seed ${killSeed}, folder ${folder}\n${failure}` }
    if (sum.kills % 25 === 0) options.say?.(`${sum.kills} kills, ${sum.acknowledged + account.acknowledged} documents acknowledged`)
  }
  rmSync(folder, { recursive: true, force: true })
  return { ...sum, acknowledged: sum.acknowledged + account.acknowledged }
}

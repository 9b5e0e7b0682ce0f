import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '../../../build/ground.mjs'
import type { Answer } from '../../../shared/contract'

/** Of the one person of the practice, and of every data folder. */
export const password = 'correct horse battery'
export const passphrase = 'a passphrase of ours'

/** What is asked to register somebody; `at` and `n` tell one from the other. */
export const patient = (at: string, n: number) => ({ key: `key ${at} ${n} of the bench`, family: `Family ${at}${n}`, given: 'Amina', gender: 'female' })

/** Bundles the program of a workstation into a folder; answers its path. */
export const bundleWorkstation = async (folder: string): Promise<string> => {
  const { build } = await import('esbuild')
  const program = join(folder, 'workstation.cjs')
  await build({
    entryPoints: [join(root, 'e2e/bench/hub/workstation.ts')], outfile: program, bundle: true, platform: 'node', target: 'node18', format: 'cjs',
    external: ['libsql', 'serialport', '@serialport/*'], mainFields: ['module', 'main'], logLevel: 'error',
  })
  return program
}

/** A workstation in a process of its own; see `workstation.ts`. */
export interface Workstation {
  must<Value>(request: string, ask?: unknown): Promise<{ readonly value: Value; readonly at: number }>
  /** Asks it to look now. */
  look(): void
  /** When it first showed so many patients, milliseconds since 1970. */
  shows(patients: number): Promise<number>
  close(): Promise<void>
  /** The power goes: nothing is said to anybody. */
  kill(): Promise<void>
}

interface Said {
  readonly call?: number
  readonly answer?: Answer<never>
  readonly patients?: number
  readonly at?: number
}

/** Starts one on a data folder. */
export const openWorkstation = (program: string, folder: string): Workstation => {
  const child = spawn(process.execPath, [program, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting = new Map<number, (said: Said) => void>()
  const shown: { patients: number; at: number }[] = []
  let looks: (() => void)[] = []
  let lastCall = 0
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line) as Said
    if (said.call !== undefined) waiting.get(said.call)?.(said)
    if (said.patients === undefined || said.at === undefined) return
    shown.push({ patients: said.patients, at: said.at })
    const all = looks
    looks = []
    for (const look of all) look()
  })
  child.setMaxListeners(0)
  child.stdin.on('error', () => undefined)
  const tell = (order: object) => void child.stdin.write(`${JSON.stringify(order)}\n`)
  return {
    must: async (request, ask) => {
      const call = ++lastCall
      const said = await new Promise<Said>((resolve, reject) => {
        waiting.set(call, resolve)
        child.once('exit', () => reject(new Error('the power went')))
        tell({ call, request, ask })
      })
      if (!said.answer?.ok) throw new Error(`${request}: ${said.answer?.problem.kind}`)
      return { value: said.answer.value, at: said.at ?? Date.now() }
    },
    look: () => tell({ call: 0, request: 'count' }),
    shows: async (patients) => {
      const from = Date.now()
      for (;;) {
        const first = shown.find((each) => each.patients >= patients)
        if (first) return first.at
        if (Date.now() - from > 60_000) throw new Error(`${patients} patients were not shown within a minute`)
        await new Promise<void>((resolve) => {
          looks.push(resolve)
          setTimeout(resolve, 1_000)
        })
      }
    },
    kill: () =>
      new Promise((gone) => {
        child.once('exit', () => gone())
        child.kill('SIGKILL')
      }),
    close: () =>
      new Promise((closed) => {
        if (child.exitCode !== null || child.signalCode !== null) return closed()
        child.once('exit', () => closed())
        child.stdin.end()
        setTimeout(() => child.kill('SIGKILL'), 10_000).unref()
      }),
  }
}

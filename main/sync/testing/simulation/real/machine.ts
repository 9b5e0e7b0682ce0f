import { spawn, type ChildProcess } from 'node:child_process'
import type { Role, Said, Told } from './said'

/** A process of the clinic. */
export interface Machine {
  tell(told: Told): void
  /** The next thing of this kind that it says; undefined when it ends before, or says nothing for so long. */
  next<Kind extends Said['say']>(kind: Kind, withinMs: number): Promise<Extract<Said, { say: Kind }> | undefined>
  /** Ends it without warning; what it had said by then has been heard when this resolves. */
  kill(): Promise<void>
  /** Closes it as a person does. */
  close(): Promise<void>
}

/** Starts a machine; `heard` is told of every line that it says, whole lines only. */
export const startMachine = (program: string, role: Role, heard: (said: Said) => void): Machine => {
  const child: ChildProcess = spawn(process.execPath, [program, JSON.stringify(role)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting = new Set<(said: Said | undefined) => void>()
  let rest = ''
  child.stdin?.on('error', () => undefined)
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const said = JSON.parse(line) as Said
      heard(said)
      for (const each of waiting) each(said)
    }
  })
  const over = new Promise<void>((resolve) => child.on('close', () => resolve()))
  void over.then(() => {
    for (const each of waiting) each(undefined)
  })
  return {
    tell: (told) => void child.stdin?.write(`${JSON.stringify(told)}\n`),
    next: (kind, withinMs) =>
      new Promise((resolve) => {
        const done = (said: Said | undefined): void => {
          if (said !== undefined && said.say !== kind) return
          waiting.delete(done)
          clearTimeout(timer)
          resolve(said as never)
        }
        const timer = setTimeout(() => done(undefined), withinMs)
        waiting.add(done)
      }),
    kill: () => {
      child.kill('SIGKILL')
      return over
    },
    close: () => {
      child.stdin?.write(`${JSON.stringify({ do: 'close' })}\n`)
      return over
    },
  }
}

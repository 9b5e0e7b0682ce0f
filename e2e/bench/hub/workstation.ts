/** A workstation in a process of its own: does what it is told on standard input, line by line, and says when records arrive. */
import { createInterface } from 'node:readline'
import { serveParent } from '../../../hub'
import type { Answer, RequestName } from '../../../shared/contract'
import { memoryLinks } from '../../../main/devices'
import { openPracticeHost } from '../../../main/host/practiceHost'

interface Order {
  readonly call: number
  readonly request: RequestName | 'count' | 'memory'
  readonly ask?: unknown
}

const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)

const runHub = () => {
  const [near, far] = memoryLinks()
  serveParent({
    on: (_name, tell) =>
      tell({
        data: undefined,
        ports: [{ on: (_message, hear) => far.onMessage((data) => hear({ data })), postMessage: (message) => far.send(message), start: () => undefined }],
      }),
  })
  return near
}

const host = openPracticeHost({
  folder: process.argv[2] ?? '',
  keystore: null,
  need: (name) => void (name === 'hub' && setImmediate(() => host.link('hub', runHub()))),
  noNeed: () => undefined,
  log: () => undefined,
})

const run = async () => {
  await host.start()
  let counting = false
  let again = false
  /** The number of patients that a screen would show now, with the time. */
  const count = async () => {
    if (counting) return void (again = true)
    counting = true
    do {
      again = false
      const patients = await ask('listPatients', { limit: 1 })
      if (patients.ok) say({ patients: (patients.value as { total: number }).total, at: Date.now() })
    } while (again)
    counting = false
  }
  const connection = host.connect('bench', ({ event }) => void (event === 'recordsChanged' && count()))
  let calls = 0
  const ask = async (request: string, what: unknown): Promise<Answer<unknown>> => {
    const state = host.state()
    const said = await connection.handle({ call: ++calls, request, practice: state.state === 'open' ? state.practice.id : null, ask: what, byPerson: true })
    return said?.answer as Answer<unknown>
  }
  for await (const line of createInterface({ input: process.stdin })) {
    const { call, request, ask: what } = JSON.parse(line) as Order
    if (request === 'count') await count()
    else if (request === 'memory') say({ call, answer: { ok: true, value: process.memoryUsage().rss } })
    else say({ call, answer: await ask(request, what), at: Date.now() })
  }
  await host.stop()
  process.exit(0)
}

void run()

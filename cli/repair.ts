import { resolve } from 'node:path'
import { openPracticeHost } from '../main/host/practiceHost'
import type { Answer, PracticeState, RepairReport } from '../shared/contract'
import { option, UsageProblem, type Call } from './command'

const linesOf = ({ kept, fetched, backupAt, fromServer, server, unread, mayBeMore, aside }: RepairReport): string[] => [
  `kept from this computer: ${kept}`,
  `fetched from ${backupAt === undefined ? 'backups' : `the backup of ${backupAt}`}: ${fetched}`,
  server === 'done' ? `fetched from the server: ${fromServer}` : server === 'none' ? 'no server is set up' : 'the server could not be reached: what it has comes later',
  `could not be read: ${unread}${mayBeMore ? ', and there may have been more' : ''}`,
  `the damaged file is in ${aside}`,
]

/** Repairs the records of a data folder, as the window does. Status 0 also when they are whole already. */
export const repair = {
  usage: 'repair --data DIR [--from BACKUPS]',
  about: 'repair damaged records from what they still say, backups and the server',
  run: async (call: Call): Promise<number> => {
    if (call.words.length > 0) throw new UsageProblem('repair takes no words')
    const data = option(call, 'data')
    if (data === undefined) throw new UsageProblem('repair needs --data DIR')
    const from = option(call, 'from')
    const host = openPracticeHost({ folder: resolve(data), keystore: null, need: () => undefined, noNeed: () => undefined, log: (line) => console.error(line) })
    const fail = (kind: string): number => {
      console.error(`outpost repair: ${kind}`)
      return 1
    }
    await host.start()
    try {
      if (host.state().state === 'locked') {
        const unlocked = await host.unlock(process.env['OUTPOST_PASSPHRASE'] ?? '')
        if (!unlocked.ok && unlocked.problem.kind !== 'replica-damaged') return fail(unlocked.problem.kind)
      }
      // Damage that no question has met yet is found by looking at all of the file.
      await host.practice()?.replica.lookedOver()
      await new Promise<void>((next) => setImmediate(next))
      const connection = host.connect('command line', ({ event, value }) => {
        const state = value as PracticeState
        if (event === 'practiceChanged' && state.state === 'repairing') console.error(`repair: ${state.step} ${state.done}${state.of > 0 ? ` of ${state.of}` : ''}`)
      })
      const said = await connection.handle({ call: 1, request: 'repairPractice', practice: null, ask: from === undefined ? {} : { backupFolder: resolve(from) }, byPerson: true })
      const answer = said?.answer as Answer<RepairReport>
      const state = host.state()
      if (!answer.ok && state.state === 'open') {
        console.log(call.options['json'] ? JSON.stringify({ ok: true, damaged: false }) : 'nothing to repair: every page of the records is as it was written')
        return 0
      }
      if (!answer.ok) return fail(state.state === 'failed' ? state.problem : answer.problem.kind)
      console.log(call.options['json'] ? JSON.stringify({ ok: true, damaged: true, ...answer.value }, null, 2) : linesOf(answer.value).join('\n'))
      return 0
    } finally {
      await host.stop()
    }
  },
}

import { resolve } from 'node:path'
import { openPracticeHost } from '../main/host/practiceHost'
import type { Answer, PracticeState, RestoreReport } from '../shared/contract'
import { option, UsageProblem, type Call } from './command'
import { recoveryCodeOf } from './recoveryCode'

/** Restores a backup into an empty data folder, as the first-run screen does. */
export const restore = {
  usage: 'restore DIR --data NEW [--station A] [--as ABC] [--until INSTANT] [--recovery-code -]',
  about: 'restore a backup into a new data folder; the code comes from standard input or OUTPOST_RECOVERY_CODE',
  run: async (call: Call): Promise<number> => {
    const [folder, ...more] = call.words
    const data = option(call, 'data')
    if (folder === undefined || more.length > 0) throw new UsageProblem('restore needs one folder')
    if (data === undefined) throw new UsageProblem('restore needs --data NEW')
    const [station, asStation, until] = [option(call, 'station'), option(call, 'as'), option(call, 'until')]
    const code = await recoveryCodeOf(call)
    const host = openPracticeHost({ folder: resolve(data), keystore: null, need: () => undefined, noNeed: () => undefined, log: (line) => console.error(line) })
    await host.start()
    try {
      const connection = host.connect('command line', ({ event, value }) => {
        const state = value as PracticeState
        if (event === 'practiceChanged' && state.state === 'preparing' && state.done % 10 === 0) console.error(`restore: ${state.done} %`)
      })
      const ask = { folder: resolve(folder), code, ...(station !== undefined && { station }), ...(asStation !== undefined && { asStation }), ...(until !== undefined && { until }) }
      const said = await connection.handle({ call: 1, request: 'restoreBackup', practice: null, ask, byPerson: true })
      const answer = said?.answer as Answer<RestoreReport>
      if (!answer.ok) {
        const { kind, facts } = answer.problem
        if (call.options['json']) console.log(JSON.stringify({ ok: false, problem: kind, ...facts }, null, 2))
        console.error(`outpost restore: ${[kind, ...Object.entries(facts).map(([name, value]) => `${name} ${value}`)].join(', ')}`)
        return 1
      }
      const report = answer.value
      if (call.options['json']) console.log(JSON.stringify({ ok: true, ...report }, null, 2))
      else {
        console.log(
          [
            `${report.practice.name} as it was at ${report.at}: ${report.documents} documents, ${report.files} files`,
            `this workstation is ${report.station} now (it was ${report.stationBefore}): new numbers begin with ${report.station}`,
          ].join('\n'),
        )
      }
      return 0
    } finally {
      await host.stop()
    }
  },
}

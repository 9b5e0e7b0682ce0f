import { resolve } from 'node:path'
import { BackupProblem, briskly, openBackup, verify as verifyBackup } from '../main/backup'
import { option, UsageProblem, type Call } from './command'
import { recoveryCodeOf } from './recoveryCode'

/** What is wrong, in one line. */
const reasonOf = ({ kind, facts }: BackupProblem): string => [kind, ...Object.entries(facts).map(([name, value]) => `${name} ${value}`)].join(', ')

/** Reads a backup from end to end. Status 1 with the reason when it is not good. */
export const verify = {
  usage: 'verify DIR [--station A] [--until INSTANT] [--recovery-code -]',
  about: 'read a backup from end to end and compare counts and digests',
  run: async (call: Call): Promise<number> => {
    const [folder, ...more] = call.words
    if (folder === undefined || more.length > 0) throw new UsageProblem('verify needs one folder')
    const [station, until] = [option(call, 'station'), option(call, 'until')]
    try {
      const opened = await openBackup({ from: resolve(folder), ...(station !== undefined && { station }), ...(until !== undefined && { until }) }, await recoveryCodeOf(call))
      const found = await verifyBackup(opened.set, opened.point, { slices: briskly() })
      const { practice, station: of } = opened.set.head
      if (call.options['json']) console.log(JSON.stringify({ ok: true, practice, station: of, ...found }, null, 2))
      else console.log(`good: ${practice.name}, workstation ${of}, of ${found.at}: ${found.documents} documents in ${found.segments} segments, ${found.files} files\ndigest ${found.digest}`)
      return 0
    } catch (reason) {
      if (!(reason instanceof BackupProblem)) throw reason
      if (call.options['json']) console.log(JSON.stringify({ ok: false, problem: reason.kind, ...reason.facts }, null, 2))
      console.error(`outpost verify: ${reasonOf(reason)}`)
      return 1
    }
  },
}

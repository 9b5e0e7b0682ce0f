import { resolve } from 'node:path'
import type { BackupDone } from '../main/backup'
import { option, type Command, type Outcome } from './command'

const lookEveryMs = 200

const refused = (problem: string): Outcome => ({ ok: false, lines: [problem], json: { ok: false, problem } })

const outcomeOf = ({ point, set, documents, files, damagedFiles, isNewBase }: BackupDone, folder: string): Outcome => ({
  ok: true,
  lines: [
    `backed up onto ${folder}: ${documents} documents and ${files} files added${isNewBase ? ', in a new base' : ''}`,
    ...(damagedFiles > 0 ? [`${damagedFiles} images do not read back on this computer and are not in the backup`] : []),
  ],
  json: { ok: true, folder, at: point.at, set, isNewBase, documents, files, damagedFiles, segments: point.segments },
})

/** Makes a backup as the button on the Backup screen does. */
export const backup: Command = {
  usage: 'backup [--to DIR]',
  about: 'back up what changed, onto the chosen folder or onto DIR',
  run: async (call, { ask, practice, progress }) => {
    const given = option(call, 'to')
    const to = given === undefined ? undefined : resolve(given)
    const started = await ask('backUpNow', to === undefined ? {} : { to })
    if (!started.ok) return refused(started.problem.kind)
    const saying = setInterval(() => {
      void practice.backup.state().then(({ running }) => running && progress(`backup: ${running.done} documents`))
    }, 5 * lookEveryMs)
    const made = await practice.backup.settled()
    clearInterval(saying)
    const { failed, folder } = await practice.backup.state()
    return made ? outcomeOf(made, to ?? folder ?? '') : refused(failed?.problem ?? 'cancelled')
  },
}

import type { Command } from './command'

/** Lists the device profiles, and which files of the practice's own folder are disabled. */
export const profiles: Command = {
  usage: 'profiles',
  about: 'list the device profiles, and files of the own folder that are disabled, with the reason',
  run: async (_call, { ask }) => {
    const known = await ask('listProfiles', undefined)
    if (!known.ok) return { ok: false, lines: [known.problem.kind], json: known }
    const own = await ask('readProfileFolder', undefined)
    if (!own.ok) return { ok: false, lines: [own.problem.kind], json: own }
    const { folder, faults } = own.value
    return {
      ok: true,
      lines: [
        ...known.value.map(({ id, maker, model, protocol }) => `${id.padEnd(22)} ${maker} ${model} (${protocol})`),
        `own profiles: ${folder}`,
        ...faults.map(({ file, kind, at, reason }) => `disabled: ${file}: ${kind}${at === undefined ? '' : ` at ${at}`}: ${reason}`),
      ],
      json: { profiles: known.value, folder, faults },
    }
  },
}

import { option, type Command } from './command'

/** One full pass both ways. */
export const sync: Command = {
  usage: 'sync [--url URL --user USER]',
  about: 'send and fetch everything once; a server is set up with --url (password: OUTPOST_SYNC_PASSWORD)',
  run: async (call, { ask, practice }) => {
    const url = option(call, 'url')
    // The gate is asked first: only who may see sync may start it.
    const allowed = url === undefined ? await ask('syncState') : await ask('configureSync', { url, user: option(call, 'user') ?? '', password: process.env['OUTPOST_SYNC_PASSWORD'] ?? '' })
    if (!allowed.ok) return { ok: false, lines: [allowed.problem.kind], json: allowed }
    const passed = await practice.sync.pass()
    if (!passed.ok) return { ok: false, lines: [passed.problem.kind === 'not-found' ? 'no server is set up' : passed.problem.kind], json: passed }
    const { pushed, pulled, refused, reviewItems } = passed.value
    return { ok: true, lines: [`${pushed} sent, ${pulled} received, ${refused} refused by the server, ${reviewItems} to review`], json: passed.value }
  },
}

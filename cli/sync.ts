import type { OutboxEntry, RecordDifference } from '../shared/contract'
import { option, type Command, type Context, type Outcome } from './command'

/** Records that the server does not take; names of patients stay out of a log. */
const refusedOf = async (ask: Context['ask']): Promise<readonly Omit<OutboxEntry, 'patient'>[]> => {
  const listed = await ask('listOutbox', { limit: 500 })
  return listed.ok ? listed.value.filter(({ refused }) => refused !== undefined).map(({ patient: _whom, ...entry }) => entry) : []
}

const compare = async (ask: Context['ask']): Promise<Outcome> => {
  const compared = await ask('compareWithServer')
  if (!compared.ok) return { ok: false, lines: [compared.problem.kind], json: compared }
  const { agreement } = compared.value
  const listed = await ask('listDifferences')
  const differences: readonly Omit<RecordDifference, 'patient'>[] = listed.ok ? listed.value.map(({ patient: _whom, ...entry }) => entry) : []
  const json = { agreement, differences }
  if (agreement?.outcome === 'agrees') return { ok: true, lines: [`the server has all ${agreement.records} records as they are here`], json }
  const reason = agreement?.outcome === 'differs' ? `${agreement.differing} records are not as on the server` : 'the server cannot say what it has'
  return { ok: false, lines: [reason, ...differences.map(({ id, type, found }) => `${id} ${type} ${found}`)], json }
}

/** One full pass both ways. */
export const sync: Command = {
  usage: 'sync [--url URL --user USER] [--compare]',
  about: 'send and fetch everything once; a server is set up with --url (password: OUTPOST_SYNC_PASSWORD); --compare proves that the server has everything',
  run: async (call, { ask, practice }) => {
    const url = option(call, 'url')
    // The gate is asked first: only who may see sync may start it.
    const allowed = url === undefined ? await ask('syncState') : await ask('configureSync', { url, user: option(call, 'user') ?? '', password: process.env['OUTPOST_SYNC_PASSWORD'] ?? '' })
    if (!allowed.ok) return { ok: false, lines: [allowed.problem.kind], json: allowed }
    const passed = await practice.sync.pass()
    if (!passed.ok) return { ok: false, lines: [passed.problem.kind === 'not-found' ? 'no server is set up' : passed.problem.kind], json: passed }
    const { pushed, pulled, refused, reviewItems } = passed.value
    const held = await refusedOf(ask)
    const lines = [`${pushed} sent, ${pulled} received, ${refused} refused by the server, ${reviewItems} to review`, ...held.map((entry) => `${entry.id} ${entry.type} ${entry.kind}: ${entry.refused}`)]
    if (call.options['compare'] !== true) return { ok: true, lines, json: { ...passed.value, ...(held.length > 0 && { held }) } }
    const compared = await compare(ask)
    return { ok: compared.ok, lines: compared.ok ? [...lines, ...compared.lines] : [...compared.lines, ...lines], json: { ...passed.value, held, ...(compared.json as object) } }
  },
}

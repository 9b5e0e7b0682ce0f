import { option, UsageProblem, type Command, type Context, type Outcome } from './command'

const lookEveryMs = 50

const refused = (problem: string): Outcome => ({ ok: false, lines: [problem], json: { ok: false, problem } })

/** Waits for the job that was begun to end. */
const ended = async ({ ask, progress }: Context): Promise<Outcome> => {
  let said = 0
  for (;;) {
    const answer = await ask('storageState')
    if (!answer.ok) return refused(answer.problem.kind)
    const { job } = answer.value
    if (job.state !== 'running') {
      if (job.state === 'none') return refused('cancelled')
      const { records, left } = job
      if (job.state === 'failed') return { ok: false, lines: [job.problem], json: { ok: false, problem: job.problem, records, left } }
      const [went, stayed] = job.does === 'purge' ? ['removed from this computer', 'stayed: the server does not have them as they are here'] : ['fetched', 'are not on the server any more']
      return { ok: true, lines: [`${records} records ${went}${left > 0 ? `, ${left} ${stayed}` : ''}`], json: { does: job.does, records, left, purged: answer.value.purged } }
    }
    if (job.of > 0 && Math.floor((10 * job.done) / job.of) > said) progress(`${job.does}: ${job.done} of ${job.of}`)
    said = job.of > 0 ? Math.floor((10 * job.done) / job.of) : 0
    await new Promise((next) => setTimeout(next, lookEveryMs))
  }
}

/** Removes old visits from this computer that the server keeps, as the button on the screen does; or counts what would go. */
export const purge: Command = {
  usage: 'purge --years N [--dry-run]',
  about: 'remove visits older than N years from this computer; the server keeps them. --dry-run only counts',
  run: async (call, context): Promise<Outcome> => {
    const years = Number(option(call, 'years'))
    if (call.words.length > 0 || !Number.isInteger(years) || years < 1 || years > 50) throw new UsageProblem('purge needs --years N, from 1 to 50')
    if (call.options['dry-run'] === true) {
      const plan = await context.ask('planPurge', { years })
      if (!plan.ok) return refused(plan.problem.kind)
      const { before, visits, records, patients, bytes } = plan.value
      return { ok: true, lines: [`${records} records of ${patients} patients (${visits} visits) from before ${before.slice(0, 10)}, about ${Math.ceil(bytes / 1000)} kB`], json: plan.value }
    }
    const begun = await context.ask('purge', { years })
    return begun.ok ? ended(context) : refused(begun.problem.kind)
  },
}

/** Fetches everything that was purged here. */
export const fetchOlder: Command = {
  usage: 'fetch-older',
  about: 'fetch the records again that were purged from this computer',
  run: async (call, context): Promise<Outcome> => {
    if (call.words.length > 0) throw new UsageProblem('fetch-older takes nothing')
    const begun = await context.ask('fetchAllOlder')
    return begun.ok ? ended(context) : refused(begun.problem.kind)
  },
}

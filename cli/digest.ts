import { option, UsageProblem, type Command, type Outcome } from './command'

const isDay = (text: string | undefined): boolean => text === undefined || /^\d{4}-\d\d-\d\d$/.test(text)

/** What this workstation has, day by day, in a form that two workstations can compare. */
export const digest: Command = {
  usage: 'digest [--from DAY] [--to DAY] [--day DAY]',
  about: 'sums over the records of each day (UTC), to compare two workstations; --day lists the records of one',
  run: async (call, { ask }): Promise<Outcome> => {
    const [from, to, day] = [option(call, 'from'), option(call, 'to'), option(call, 'day')]
    if (call.words.length > 0 || ![from, to, day].every(isDay)) throw new UsageProblem('digest takes days such as 2026-11-21')
    if (day !== undefined) {
      const answer = await ask('readDigestOfDay', { day })
      if (!answer.ok) return { ok: false, lines: [answer.problem.kind], json: { ok: false, problem: answer.problem.kind } }
      return { ok: true, lines: answer.value.map((each) => `${each.id} ${each.digest}`), json: { day, records: answer.value } }
    }
    const answer = await ask('readDigests', { ...(from !== undefined && { from }), ...(to !== undefined && { to }) })
    if (!answer.ok) return { ok: false, lines: [answer.problem.kind], json: { ok: false, problem: answer.problem.kind } }
    const { days, count, digest: all } = answer.value
    return { ok: true, lines: [...days.map((each) => `${each.day} ${String(each.count).padStart(7)} ${each.digest}`), `all        ${String(count).padStart(7)} ${all}`], json: answer.value }
  },
}

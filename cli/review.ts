import { reviewChoices, type ReviewChoice, type ReviewItem } from '../shared/contract'
import { option, UsageProblem, type Command, type Outcome } from './command'

/** Names of patients stay out of a log; the record's identifier is enough to find it. */
const withoutName = ({ patientName: _name, patientNumber: _number, ...item }: ReviewItem): Omit<ReviewItem, 'patientName' | 'patientNumber'> => item

const lineOf = ({ id, type, field, about, mine, theirs, choices, state, decision }: ReviewItem): string => {
  const values = about === 'clash' ? ` ${field}: ${mine.station} "${mine.value}", ${theirs.station} "${theirs.value}"` : ` ${about}`
  return `${id} ${type}${values} ${state === 'open' ? `(${choices.join(', ')})` : `decided: ${decision ?? 'not known'}`}`
}

const refused = (problem: { readonly kind: string }, json: unknown): Outcome => ({ ok: false, lines: [problem.kind], json })

/** What two workstations wrote differently, and the decision of it. */
export const review: Command = {
  usage: 'review [--all] [--decide ITEM --keep mine|theirs|both|present|typed|seen [--text TEXT]] [--reopen ITEM]',
  about: 'list what two workstations wrote differently (--all: the decided, too), decide one, or take a decision back',
  run: async (call, { ask }) => {
    const [item, keep, text, reopen] = [option(call, 'decide'), option(call, 'keep'), option(call, 'text'), option(call, 'reopen')]
    if ((item === undefined) !== (keep === undefined)) throw new UsageProblem('--decide and --keep go together')
    if (keep !== undefined && !reviewChoices.includes(keep as ReviewChoice)) throw new UsageProblem(`--keep takes ${reviewChoices.join(', ')}`)
    if (item !== undefined || reopen !== undefined) {
      const done = item === undefined ? await ask('reopenReviewItem', { item: reopen ?? '' }) : await ask('resolveReviewItem', { item, keep: keep as ReviewChoice, ...(text === undefined ? {} : { text }) })
      return done.ok ? { ok: true, lines: [lineOf(done.value)], json: withoutName(done.value) } : refused(done.problem, done)
    }
    const open = await ask('listReviewItems', { state: 'open' })
    if (!open.ok) return refused(open.problem, open)
    const resolved = call.options['all'] === true ? await ask('listReviewItems', { state: 'resolved' }) : undefined
    if (resolved && !resolved.ok) return refused(resolved.problem, resolved)
    const items = [...open.value, ...(resolved?.value ?? [])]
    return { ok: true, lines: items.length === 0 ? ['nothing to review'] : items.map(lineOf), json: { items: items.map(withoutName) } }
  },
}

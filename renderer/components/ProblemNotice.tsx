import { Button } from './Button'
import { formatTime } from './format'
import { Notice } from './Notice'
import { fill } from './wording'

/** A refusal as it comes from the contract: its kind and the facts of its wording. */
export interface Refusal {
  readonly kind: string
  readonly facts: Readonly<Record<string, string | number>>
}

/** What a person reads when something was refused: what happened, what was kept, what to do next. */
export interface ProblemWords {
  readonly happened: string
  readonly kept?: string
  readonly next?: string
}

/** The wording of problems in one language; `otherwise` words a kind that has none. */
export interface ProblemWording {
  readonly problems: Readonly<Record<string, ProblemWords>>
  readonly otherwise: ProblemWords
  readonly again: string
  readonly technical: string
}

let taught: ProblemWording = { problems: {}, otherwise: { happened: '' }, again: '', technical: '' }

/** Told once at start, by whoever knows the language. */
export const teachProblemWording = (wording: ProblemWording): void => {
  taught = wording
}

/** The words of a refusal, with its facts in them. */
export const wordsOf = ({ kind, facts }: Refusal): ProblemWords => {
  const words = taught.problems[kind] ?? taught.otherwise
  const until = facts['until']
  const readable = typeof until === 'string' && !Number.isNaN(Date.parse(until)) ? { ...facts, until: formatTime(until) } : facts
  return {
    happened: fill(words.happened, readable),
    ...(words.kept ? { kept: fill(words.kept, readable) } : {}),
    ...(words.next ? { next: fill(words.next, readable) } : {}),
  }
}

interface Props {
  readonly problem: Refusal
  /** Offered where doing it again is safe. */
  readonly onAgain?: () => void
}

/** A problem, in words a person can act on; its technical part is folded away and holds nothing of a patient. */
export const ProblemNotice = ({ problem, onAgain }: Props) => {
  const words = wordsOf(problem)
  const facts = Object.entries(problem.facts).map(([name, value]) => `${name}=${value}`)
  return (
    <Notice tone="critical" role="alert" title={words.happened} actions={onAgain ? <Button onClick={onAgain}>{taught.again}</Button> : undefined}>
      {words.kept || words.next ? <p>{[words.kept, words.next].filter(Boolean).join(' ')}</p> : null}
      <details>
        <summary>{taught.technical}</summary>
        <code>{[problem.kind, ...facts].join(' · ')}</code>
      </details>
    </Notice>
  )
}

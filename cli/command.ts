import type { Answer, AskOf, RequestName, ValueOf } from '../shared/contract'
import type { PracticeParts } from '../main/host/openPractice'

/** Words and options of one call of the command line: `replay FILE --profile P --json`. */
export interface Call {
  readonly words: readonly string[]
  readonly options: Readonly<Record<string, string | true>>
}

/** What a command works with: the practice, opened as the application opens it, and a signed-in person. */
export interface Context {
  /** Asks at the gate, as a window would: same rights, same audit. */
  ask<Name extends RequestName>(name: Name, what?: AskOf<Name>): Promise<Answer<ValueOf<Name>>>
  /** As it was opened: a change of the key closes these parts. */
  readonly practice: PracticeParts
  /** The person who asks, for what asks for the password again. */
  readonly person: { readonly user: string; readonly password: string }
  /** A line about progress; goes to standard error. */
  progress(line: string): void
}

/** What a command has to say: lines for a person, and the same as one value for `--json`. */
export interface Outcome {
  readonly lines: readonly string[]
  readonly json: unknown
  /** False: refused or failed; the first line tells why. */
  readonly ok: boolean
}

/** A command that works on an opened practice. */
export interface Command {
  /** As the help shows it. */
  readonly usage: string
  readonly about: string
  run(call: Call, context: Context): Promise<Outcome>
}

/** The call is not of the command's form: exit status 2. */
export class UsageProblem extends Error {}

/** Options that take no value. */
const flags = ['join-code', 'json', 'help', 'training', 'again', 'dry-run', 'all', 'images', 'compare']

/** Splits the arguments; throws {@link UsageProblem} when an option lacks its value. */
export const readCall = (given: readonly string[]): Call => {
  const words: string[] = []
  const options: Record<string, string | true> = {}
  for (let at = 0; at < given.length; at++) {
    const word = given[at] ?? ''
    if (!word.startsWith('--')) {
      words.push(word)
      continue
    }
    const name = word.slice(2)
    if (flags.includes(name)) {
      options[name] = true
      continue
    }
    const value = given[++at]
    if (value === undefined || value.startsWith('--')) throw new UsageProblem(`--${name} needs a value`)
    options[name] = value
  }
  return { words, options }
}

/** A text option, or undefined. */
export const option = (call: Call, name: string): string | undefined => {
  const value = call.options[name]
  return typeof value === 'string' ? value : undefined
}

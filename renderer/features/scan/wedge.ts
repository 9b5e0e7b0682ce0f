import { isAccession, mayBecomeCode, readBand } from '../../../shared/records/wristband/code'

/** One key that was pressed: what the layout of this computer makes of it, and what a keyboard of the United States would. */
export interface Stroke {
  readonly key: string
  readonly us: string
  /** Milliseconds, of any clock that only goes on. */
  readonly at: number
}

/**
 * What becomes of a key. `pass`: somebody types. `hold`: it waits for what comes next. `restore`: as `hold`, and what was let through before
 * it is taken out of the field again.
 */
export type Verdict = 'pass' | 'hold' | 'restore'

/** Scanners type a character every few milliseconds; hands need several times as long. */
const gapMs = 35
/** The end of a code may come a little later. */
const endMs = 120
/** So many keys at that speed are no hand. */
const sureAfter = 4
const shortest = 6

/** Tells a scanner that types like a keyboard from a hand: by speed, by how its codes begin, and by how they end. No clock of its own, no window. */
export class Wedge {
  #keys = ''
  #us = ''
  #last = Number.NEGATIVE_INFINITY
  #isOther = false
  #held = 0

  /** Text that was held back and is no code: it goes to where it would have gone. */
  get held(): string {
    return this.#held === 0 ? '' : this.#keys.slice(-this.#held)
  }

  /** Whether a key at this moment begins anew: a pause lies before it. */
  isAnew(at: number): boolean {
    return at - this.#last > gapMs || (this.#keys === '' && !this.#isOther)
  }

  /** A key that writes a character. `leaks`: it may be let through at first, because it can be taken out again. */
  type({ key, us, at }: Stroke, leaks: boolean): Verdict {
    if (at - this.#last > gapMs) this.forget()
    this.#last = at
    if (this.#isOther) return 'pass'
    const [keys, codes] = [this.#keys + key, this.#us + us]
    if (!mayBecomeCode(keys) && !mayBecomeCode(codes)) {
      this.#isOther = true
      return 'pass'
    }
    this.#keys = keys
    this.#us = codes
    if (leaks && keys.length < sureAfter) return 'pass'
    if (leaks && keys.length === sureAfter) {
      this.#held = keys.length
      return 'restore'
    }
    this.#held += 1
    return 'hold'
  }

  /** A key that ends a code, or time that passed without one. @returns the code; undefined: it was none */
  end(at: number): string | undefined {
    const isInTime = at - this.#last <= endMs
    const code = isInTime && !this.#isOther && this.#keys.length >= shortest ? this.#code() : undefined
    if (code !== undefined) this.forget()
    return code
  }

  /** What came so far is no code; what follows without a pause belongs to it. */
  drop(): void {
    this.#keys = ''
    this.#us = ''
    this.#held = 0
    this.#isOther = true
  }

  /** Everything before is over. */
  forget(): void {
    this.#keys = ''
    this.#us = ''
    this.#isOther = false
    this.#held = 0
  }

  /** As this computer's layout has it, else as a scanner that types on a keyboard of the United States meant it. */
  #code(): string | undefined {
    const readings = [this.#keys, this.#us]
    const whole = readings.find((text) => readBand(text).kind === 'band' || isAccession(text))
    return whole ?? readings.find((text) => readBand(text).kind === 'misread')
  }
}

const usMarks: Readonly<Record<string, string>> = { Minus: '-', NumpadSubtract: '-', NumpadMultiply: '*' }

/** What a key writes on a keyboard of the United States; the key itself where that is not known. */
export const usKeyOf = ({ code, key, shiftKey }: Pick<KeyboardEvent, 'code' | 'key' | 'shiftKey'>): string => {
  const letter = /^Key([A-Z])$/.exec(code)?.[1]
  if (letter) return letter
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1]
  if (digit) return shiftKey && digit === '8' ? '*' : digit
  return usMarks[code] ?? key
}

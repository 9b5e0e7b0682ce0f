import type { VitalNumbers } from './vitals'

/** Medians of a stream over the last seconds. */
export interface WindowNumbers {
  /** When the newest sample that counts arrived, milliseconds since 1970. */
  readonly at: number
  readonly numbers: VitalNumbers
}

type Code = keyof VitalNumbers

/** Keeps the last seconds of usable samples of a stream. */
export class VitalsWindow {
  #samples: { readonly at: number; readonly numbers: VitalNumbers }[] = []
  #lastSeen: { readonly at: number; readonly isUsable: boolean } | undefined

  /** @param span how far back the medians look, and how many samples of a number they need */
  constructor(readonly span: { readonly ms: number; readonly fewest: number }) {}

  add(numbers: VitalNumbers, isUsable: boolean, at: number): void {
    const counts = isUsable && Object.keys(numbers).length > 0
    this.#lastSeen = { at, isUsable: counts }
    if (counts) this.#samples.push({ at, numbers })
    // A probe that came off ends the series: medians never bridge two placements.
    else this.#samples = []
    const oldest = at - this.span.ms
    while (this.#samples[0] && this.#samples[0].at < oldest) this.#samples.shift()
  }

  /** Medians of the window that ends with the newest sample; undefined while there are too few. A number that the newest sample lacks is left out. */
  numbers(): WindowNumbers | undefined {
    const newest = this.#samples.at(-1)
    if (!newest) return undefined
    const medians: Partial<Record<Code, number>> = {}
    for (const code of Object.keys(newest.numbers) as Code[]) {
      const values = this.#samples.flatMap(({ numbers }) => numbers[code] ?? [])
      if (values.length >= this.span.fewest) medians[code] = median(values)
    }
    return Object.keys(medians).length === 0 ? undefined : { at: newest.at, numbers: medians }
  }

  /** Whether the newest sample carried usable numbers, and when it came. */
  get lastSeen(): { readonly at: number; readonly isUsable: boolean } | undefined {
    return this.#lastSeen
  }
}

const median = (values: number[]): number => {
  const sorted = values.sort((one, other) => one - other)
  return sorted[Math.floor((sorted.length - 1) / 2)]!
}

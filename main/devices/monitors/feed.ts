import type { AskReason, FeedRules } from '../../../shared/contract'
import type { VitalNumbers } from '..'
import type { Decider } from '../inbox'
import { intervalEnd, mediansOf, newPressure, type FeedSample, type Pressure } from './row'

/** Whose numbers a monitor's are, as it lies on this workstation's disk. */
export interface Binding {
  readonly device: string
  /** The bed as a central station names it. */
  readonly label?: string
  /** Id of the bed where a person put it; never for a labelled one, which belongs to the bed of that name. */
  readonly bed?: string
  /** Whom somebody confirmed. While `asks` stands, nothing is filed on this patient. */
  readonly patient?: string
  readonly confirmedBy?: Decider
  /** ISO instant. */
  readonly confirmedAt?: string
  readonly asks?: AskReason
  /** When it was last heard, and when last with a usable number: so that a restart never bridges a silence. ISO instants. */
  readonly heardAt?: string
  readonly usableAt?: string
  /** The end of the newest interval of which a row stands on a chart. */
  readonly chartedAt?: string
}

/** How the numbers of a kind of monitor come. */
export interface FeedPace {
  /** One sample stands for so long. */
  readonly sampleMs: number
  /** A longer pause breaks a stretch of numbers. */
  readonly gapMs: number
  /** Silence after which it asks; absent: as the rules say. */
  readonly silentMs?: number
  /** Numbers older than this are not of now any more. */
  readonly freshMs: number
}

/** A central station reports each bed about once a minute, over a network that may rest for a while; its monitors stay at their beds. */
export const stationPace: FeedPace = { sampleMs: 60_000, gapMs: 150_000, silentMs: 30 * 60_000, freshMs: 150_000 }

/** An interval that is over: its numbers, and what to call once they are on the chart. */
export interface DueRow {
  /** End of the interval, milliseconds since 1970. */
  readonly end: number
  /** When the newest of it was measured; the end where it reaches that far. */
  readonly at: number
  readonly numbers: VitalNumbers
  readonly captures: readonly string[]
}

interface Waiting extends FeedSample {
  readonly capture?: string
  readonly settled?: () => void
}

/** A clock that was set back by more than this begins anew; less is a sample that overtook another. */
const setBackMs = 5_000
/** A confirmation that is further ahead than this was made by another clock. */
const aheadMs = 60_000
/** Samples of an hour at one a second, and some. */
const mostSamples = 8_000

const instantOf = (iso: string | undefined): number | undefined => (iso === undefined ? undefined : Date.parse(iso))

/** When the newest of these was heard, and the newest usable one. */
const heard = (samples: readonly FeedSample[]): Pick<Binding, 'heardAt' | 'usableAt'> => {
  const [last, usable] = [samples.at(-1), samples.findLast(({ numbers }) => numbers)]
  return { ...(last ? { heardAt: new Date(last.at).toISOString() } : {}), ...(usable ? { usableAt: new Date(usable.at).toISOString() } : {}) }
}

/** What a monitor says of one person: whom it serves, and the samples of the interval that runs. No disk, no clock of its own. */
export class Feed {
  #binding: Binding
  #samples: Waiting[] = []
  /** The pressure that it showed when the last interval ended. */
  #shown: Pressure | undefined
  #heardAt: number | undefined
  #usableAt: number | undefined
  latest: FeedSample | undefined

  constructor(
    readonly id: string,
    readonly pace: FeedPace,
    binding: Binding,
  ) {
    this.#binding = binding
    this.#heardAt = instantOf(binding.heardAt)
    this.#usableAt = instantOf(binding.usableAt)
  }

  get binding(): Binding {
    return this.#binding
  }

  get isCharting(): boolean {
    return this.#binding.patient !== undefined && this.#binding.asks === undefined
  }

  /** A person decided: what was measured before is nobody's any more. */
  bind(next: Omit<Binding, 'device' | 'label' | 'heardAt' | 'usableAt' | 'chartedAt'>): void {
    const { device, label } = this.#binding
    this.#drop()
    this.#shown = undefined
    this.#heardAt = undefined
    this.#usableAt = undefined
    this.#binding = { device, ...(label === undefined ? {} : { label }), ...next }
  }

  /**
   * Takes a sample; one that is not newer than the last is that one, told again.
   *
   * @param collects it is collected although it serves nobody: of a bed that nobody knows
   * @param settled called when the sample needs no keeping any more
   * @returns whether whom it serves is another question now
   */
  hear(sample: FeedSample, rules: FeedRules, { collects = false, capture, settled }: { readonly collects?: boolean; readonly capture?: string; readonly settled?: () => void } = {}): boolean {
    const { at } = sample
    if (Number.isNaN(at)) {
      settled?.()
      return false
    }
    if (this.#heardAt !== undefined && at < this.#heardAt - setBackMs) {
      this.#drop()
      this.#heardAt = undefined
    }
    if (this.#heardAt !== undefined && at <= this.#heardAt) {
      settled?.()
      return false
    }
    const hasChanged = this.look(at, rules)
    this.#heardAt = at
    this.#usableAt ??= at
    if (sample.numbers) this.#usableAt = at
    this.latest = sample
    const isOfNow = this.#binding.confirmedAt === undefined || at >= Date.parse(this.#binding.confirmedAt)
    if ((this.isCharting && isOfNow) || collects) this.#samples.push({ ...sample, ...(capture === undefined ? {} : { capture }), ...(settled ? { settled } : {}) })
    else settled?.()
    if (this.#samples.length > mostSamples) this.#samples.shift()?.settled?.()
    return hasChanged
  }

  /** Looks whether somebody has to say again whom it serves; answers whether that changed. */
  look(now: number, rules: FeedRules): boolean {
    if (!this.isCharting) return false
    const reason = this.#reason(now, rules)
    if (reason === undefined) return false
    this.#binding = { ...this.#binding, asks: reason }
    return true
  }

  /** Looks whether this computer's clock was set back behind the moment of the confirmation: until then nothing would be of now. Answers whether it asks now. */
  lookAtClock(now: number): boolean {
    const { confirmedAt } = this.#binding
    if (!this.isCharting || confirmedAt === undefined || Date.parse(confirmedAt) <= now + aheadMs) return false
    this.#binding = { ...this.#binding, asks: 'clock' }
    return true
  }

  #reason(now: number, { silentMinutes, offMinutes, confirmHours }: FeedRules): AskReason | undefined {
    const { confirmedAt } = this.#binding
    const since = (at: number | undefined) => now - (at ?? instantOf(confirmedAt) ?? now)
    const silentMs = this.pace.silentMs ?? silentMinutes * 60_000
    if (since(this.#heardAt) > silentMs) return 'silent'
    if (since(this.#usableAt) > Math.max(offMinutes * 60_000, silentMs)) return 'probe-off'
    // A patient who lies in a bed is confirmed with the bed.
    if (this.#binding.label === undefined && confirmedAt !== undefined && now - Date.parse(confirmedAt) > confirmHours * 3_600_000) return 'too-long'
    return undefined
  }

  /** The intervals that are over, oldest first. They stay until {@link charted}. */
  due(now: number, everyMs: number): DueRow[] {
    const ends = [...new Set(this.#samples.map(({ at }) => intervalEnd(at, everyMs)))].filter((end) => end <= now).sort((one, other) => one - other)
    let shown = this.#shown
    return ends.map((end) => {
      const samples = this.#samples.filter(({ at }) => intervalEnd(at, everyMs) === end)
      const { pressure, shown: next } = newPressure(samples, shown)
      shown = next
      const medians = mediansOf(samples, { ...this.pace, fewestMs: Math.min(60_000, everyMs / 10) })
      const newest = samples.filter(({ numbers }) => numbers).at(-1)?.at ?? end
      return {
        end,
        at: end - newest <= this.pace.gapMs ? end : newest,
        numbers: { ...medians, ...(pressure ? { 'bp-systolic': pressure.systolic, 'bp-diastolic': pressure.diastolic } : {}) },
        captures: [...new Set(samples.flatMap(({ capture }) => capture ?? []))],
      }
    })
  }

  /** The row of the interval is on disk, or there is none in it. */
  charted({ end, numbers }: DueRow, everyMs: number): void {
    const [over, left] = [this.#samples.filter(({ at }) => intervalEnd(at, everyMs) <= end), this.#samples.filter(({ at }) => intervalEnd(at, everyMs) > end)]
    this.#shown = newPressure(over, this.#shown).shown
    this.#samples = left
    for (const { settled } of over) settled?.()
    this.#binding = {
      ...this.#binding,
      ...(Object.keys(numbers).length > 0 ? { chartedAt: new Date(end).toISOString() } : {}),
      ...heard(over),
    }
  }

  /** Takes down when a stream was last heard, if that moved on by more than `stepMs`; a message that is not charted yet comes again after a crash, and is not heard before that. */
  note(stepMs: number): boolean {
    const { heardAt } = this.#binding
    if (!this.isCharting || this.pace.sampleMs >= stationPace.sampleMs || this.#heardAt === undefined) return false
    if (heardAt !== undefined && this.#heardAt - Date.parse(heardAt) < stepMs) return false
    this.#binding = { ...this.#binding, heardAt: new Date(this.#heardAt).toISOString(), ...(this.#usableAt === undefined ? {} : { usableAt: new Date(this.#usableAt).toISOString() }) }
    return true
  }

  /** Forgets the interval that runs, for instance when rows are to come at other times. */
  #drop(): void {
    for (const { settled } of this.#samples.splice(0)) settled?.()
  }
}

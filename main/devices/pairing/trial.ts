import type { PairingState } from '../../../shared/contract'
import { control } from '../../../shared/standards/astm'
import { fitOf, likenessOf, ranked, SettingsSearch, settingsFor, type Fit } from '../detect'
import type { OpenLine } from '../lines'
import { allProfiles, profileOf, type Profile } from '../profiles'
import type { Driver } from '../station/keepOpen'
import { driverFor } from '../station/driverFor'
import { muteJournal } from './muteJournal'
import { testReadingOf } from './testReading'

/** Newest bytes that are read. */
const heardLimit = 32 * 1024
/** Bytes that the search for settings reads: it reads them often. */
const searchBytes = 4 * 1024
/** How often it is looked at. */
const lookMs = 150
/** What is heard is read once the device pauses this long, and this often while it does not. */
const quietMs = 120
const busyMs = 1_000
const shownCandidates = 8
/** LIS01-A2, 6.5.2.2: a device waits this long for the answer to its enquiry. */
const enquiryMs = 15_000
/** Answers an enquiry as every device of LIS01 expects it. */
const answererOfEnquiries = 'astm-generic'

/** Finding out, over a bare line, what a device is. */
export class Trial {
  #search: SettingsSearch | undefined
  #found: PairingState['search'] = 'off'
  #by: PairingState['by']
  #heard: Uint8Array = new Uint8Array(0)
  #heardAt = 0
  /** Bytes heard with these settings, also those that are held no more. */
  #total = 0
  #driver: { readonly profile: Profile; readonly driver: Driver } | undefined
  #fits: readonly Fit[] = []
  #readTotal = 0
  #readAt = 0
  #isBusy = false
  #timer: NodeJS.Timeout

  constructor(
    readonly line: OpenLine,
    private readonly now: () => number,
  ) {
    line.listen({
      opened: () => this.#driver && this.#opened(this.#driver.driver),
      bytes: (bytes) => this.#hear(bytes),
      closed: () => this.#driver?.driver.closed(),
    })
    this.#timer = setInterval(() => void this.#look(), lookMs)
    this.#timer.unref()
  }

  find(search: boolean): void {
    const { serial } = this.line.about()
    this.#speak(undefined)
    this.#search = search ? new SettingsSearch(readsAny(), this.now(), serial) : undefined
    this.#found = search ? 'waiting' : 'off'
    this.#by = undefined
    this.#forget()
  }

  /** Talks as this profile does; what was heard stays. */
  try(profile: Profile): void {
    this.#search = undefined
    this.#speak(profile)
  }

  state(profile?: string): PairingState {
    const best = profile === undefined ? this.#fits[0] : this.#fits.find((fit) => fit.profile.id === profile)
    const { serial } = this.line.about()
    return {
      search: this.#found === 'waiting' && (this.#search?.tried.length ?? 0) > 0 ? 'searching' : this.#found,
      ...(this.#by === undefined ? {} : { by: this.#by }),
      serial,
      tried: this.#search?.tried.length ?? 0,
      ...(this.#driver ? { answering: this.#driver.profile.id } : {}),
      heard: this.#total,
      candidates: this.#fits.slice(0, shownCandidates).map((fit) => ({ profile: fit.profile.id, grade: fit.grade, isNamed: fit.named > 0, serial: settingsFor(serial, fit.profile) })),
      ...(best ? { test: testReadingOf(best) } : {}),
    }
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#speak(undefined)
  }

  #forget(): void {
    this.#heard = new Uint8Array(0)
    this.#total = 0
    this.#readTotal = 0
    this.#fits = []
  }

  #hear(bytes: Uint8Array): void {
    this.#search?.feed(bytes, this.now())
    const joined = new Uint8Array(Math.min(heardLimit, this.#heard.length + bytes.length))
    const kept = this.#heard.subarray(Math.max(0, this.#heard.length + bytes.length - heardLimit))
    joined.set(kept)
    joined.set(bytes.subarray(Math.max(0, bytes.length - heardLimit)), kept.length)
    this.#heard = joined
    this.#heardAt = this.now()
    this.#total += bytes.length
    this.#driver?.driver.bytes(bytes)
  }

  #opened(driver: Driver): void {
    driver.opened((bytes) => {
      this.line.write(bytes)
      return Promise.resolve()
    })
  }

  #speak(profile: Profile | undefined): void {
    this.#driver?.driver.closed()
    this.#driver = undefined
    if (!profile) return
    const driver = driverFor(profile, {
      device: 'trial', journal: muteJournal(profile), now: this.now, captured: () => undefined, journalFailed: () => undefined, live: () => undefined,
      // Nobody's work yet: an analyser that asks what to measure asks again once it is paired.
      worklist: () => Promise.resolve(undefined),
    })
    this.#driver = { profile, driver }
    if (this.line.about().state !== 'open') return
    this.#opened(driver)
    // The device asks whether somebody listens, and has waited for this driver.
    if (this.#heard.at(-1) === control.ENQ && this.now() - this.#heardAt < enquiryMs) driver.bytes(Uint8Array.of(control.ENQ))
  }

  async #look(): Promise<void> {
    if (this.line.isOver) return this.stop()
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      await this.#searchOn()
      this.#answerEnquiry()
      await this.#read()
    } catch {
      // The port went away between two settings: the line says so itself.
    } finally {
      this.#isBusy = false
    }
  }

  async #searchOn(): Promise<void> {
    if (!this.#search || this.#found === 'found' || this.#found === 'unreadable') return
    const state = this.#search.look(this.now())
    if (state.state === 'next') {
      await this.line.set(state.serial)
      this.#forget()
    }
    if (state.state === 'found') this.#by = state.by
    if (state.state === 'found' || state.state === 'unreadable') this.#found = state.state
  }

  /** A device that asks whether somebody listens says the rest only once it is answered. */
  #answerEnquiry(): void {
    if (this.#driver || this.#found === 'waiting' || this.now() - this.#heardAt < quietMs || likenessOf(this.#heard) !== 'enquiry') return
    const answerer = profileOf(answererOfEnquiries)
    if (answerer) this.#speak(answerer)
  }

  /** Reads what was heard by every profile, in turns with whatever else this process does. */
  async #read(): Promise<void> {
    const isDue = this.now() - this.#heardAt >= quietMs || this.now() - this.#readAt >= busyMs
    if (this.#total === this.#readTotal || !isDue || this.#found === 'waiting') return
    const total = this.#total
    const heard = this.#heard
    const fits: Fit[] = []
    for (const profile of allProfiles()) {
      const fit = fitOf(heard, profile)
      if (fit) fits.push(fit)
      await new Promise(setImmediate)
    }
    // Other settings meanwhile: these bytes are no longer what is heard.
    if (this.#total < total) return
    this.#fits = ranked(fits)
    this.#readTotal = total
    this.#readAt = this.now()
    if (this.#fits.length > 0 && this.#by !== undefined) this.#by = 'protocol'
  }
}

/** Whether any profile reads the bytes; what was read is remembered, so that a silence costs nothing. */
export const readsAny = (): ((bytes: Uint8Array) => boolean) => {
  /** What was heard last, and the same without its top bits. */
  let known: readonly { readonly bytes: Uint8Array; readonly reads: boolean }[] = []
  return (bytes) => {
    const before = known.find((each) => Buffer.compare(each.bytes, bytes) === 0)
    if (before) return before.reads
    const reads = allProfiles().some((profile) => fitOf(bytes.subarray(0, searchBytes), profile) !== undefined)
    known = [{ bytes, reads }, ...known.slice(0, 1)]
    return reads
  }
}

import {
  done, refuse, type Answer, type BedEntry, type ClinicEvents, type DeviceEntry, type FeedEntry, type FeedNumbers, type FeedRules, type Reading, type ServedPatient, type UnknownBed, type Ward,
} from '../../../shared/contract'
import type { Replica } from '../../replica'
import { profileOf, readVitals, type Capture, type Measurement, type VitalNumbers } from '..'
import type { Decider } from '../inbox'
import { openBedBook, servedPatient, type Bed } from './beds'
import { chartRow, possibleValues } from './chartRow'
import { Feed, stationPace, type Binding } from './feed'
import { isStream, paceOf, sendsMessages, vitalsProfileOf, wavesOf } from './pace'
import type { FeedSample } from './row'
import { sampleOf } from './stationSample'
import { openUnknownBeds } from './unknownBeds'

/** Monitors at beds and on patients: whose their numbers are, and the rows that they chart by themselves. */
export interface Monitors {
  ward(): Promise<Ward>
  addBed(key: string, name: string, by: Decider): Promise<Answer<BedEntry>>
  removeBed(bed: string, by: Decider): Promise<Answer<null>>
  seat(bed: string, patient: string, by: Decider): Promise<Answer<BedEntry>>
  empty(bed: string, by: Decider): Promise<Answer<BedEntry>>
  place(feed: string, bed: string | undefined): Promise<Answer<FeedEntry>>
  confirm(feed: string, patient: string, by: Decider): Promise<Answer<FeedEntry>>
  release(feed: string): Promise<Answer<FeedEntry>>
  setRules(rules: FeedRules): Promise<Answer<FeedRules>>
  unknownBeds(): Promise<UnknownBed[]>
  fileUnknownBed(item: string, patient: string, by: Decider): Promise<Answer<null>>
  dismissUnknownBed(item: string, why: string, by: Decider): Promise<Answer<null>>
  /** Whether a device charts for somebody, and this is another person. */
  servesAnother(device: string, patient: string): boolean
  /** The newest numbers of a stream. */
  heard(reading: Pick<Reading, 'device' | 'at' | 'usable' | 'values'>): void
  /** A message of a monitor that says its bed. Resolves when the journal needs to keep it for us no longer; a second call with the same capture waits for the first. */
  store(capture: Capture): Promise<void>
  /** The list of paired devices changed. */
  devicesChanged(devices: readonly DeviceEntry[]): void
  /** Charts what is due. Runs by itself every few seconds; tests call it. */
  chartDue(): Promise<void>
  close(): Promise<void>
}

/** What monitors need. */
export interface MonitorDeps {
  readonly replica: Replica
  devices(): readonly DeviceEntry[]
  announce<Name extends 'wardChanged' | 'numbersChanged'>(name: Name, value: ClinicEvents[Name]): void
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

const bindingKind = 'bedside-feed'
const rulesKind = 'feed-rules'
/** What holds until somebody sets it. */
const defaultRules: FeedRules = { everyMinutes: 5, silentMinutes: 2, offMinutes: 10, confirmHours: 12 }
/** How often it is looked at what is due. */
const lookMs = 2_000
/** Changes within this time are told together. */
const tellMs = 50
/** How often it is written down when a stream was last heard, so that a restart is no silence. */
const noteMs = 30_000
/** Samples of an interval may come this late. */
const lateMs = 2_000
/** Beds that one central station may report; more is no station. */
const mostLabels = 200
const longestLabel = 200

const feedIdOf = (device: string, label?: string) => (label === undefined ? device : `${device}/${label}`)

/** Opens the monitors of a practice; bindings of before a restart stand, unless it was silent for too long. */
export const openMonitors = async ({ replica, announce, devices, ...deps }: MonitorDeps): Promise<Monitors> => {
  const now = deps.now ?? Date.now
  const { local } = replica
  const book = await openBedBook(replica, now)
  const { beds } = book
  const bindings = new Map(
    (await local.list<Binding>(bindingKind)).map(({ id, value }) => {
      const bed = value.bed === undefined ? undefined : book.renamed.get(value.bed)
      return [id, bed === undefined ? value : { ...value, bed }]
    }),
  )
  for (const [id, binding] of bindings) if (book.renamed.size > 0) await local.put<Binding>(bindingKind, id, binding)
  let rules = (await local.get<FeedRules>(rulesKind, 'rules'))?.value ?? defaultRules
  const feeds = new Map<string, Feed>()
  let telling: NodeJS.Timeout | undefined
  /** Rows of a whole ward are charted within a moment: windows read once. */
  const changed = () => {
    telling ??= setTimeout(() => {
      telling = undefined
      announce('wardChanged', null)
    }, tellMs).unref()
  }
  const unknown = await openUnknownBeds(replica, now, changed)
  const everyMs = () => rules.everyMinutes * 60_000

  /** One change at a time: a row is filed under the binding that it was measured under. */
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const result = turn.then(work, work)
    turn = result.catch(() => undefined)
    return result
  }

  const deviceOf = (id: string) => devices().find((device) => device.id === id && device.category === 'vitals')
  const bedOfLabel = (label: string) => [...beds].find(([, { name }]) => name === label)
  const bedOfBinding = (binding: Binding): readonly [string, Bed] | undefined => {
    if (binding.label !== undefined) return bedOfLabel(binding.label)
    const bed = binding.bed === undefined ? undefined : beds.get(binding.bed)
    return bed && [binding.bed!, bed]
  }
  const bedOf = ({ binding }: Feed) => bedOfBinding(binding)
  /** Whom the patient of a bed was confirmed by: who put this person there. */
  const seated = ({ patient, by, since }: Bed) => (patient === undefined ? {} : { patient, ...(by ? { confirmedBy: by } : {}), ...(since === undefined ? {} : { confirmedAt: since }) })

  /** Of a bed of which another workstation said who lies in it: nobody who stands at this monitor has said so, and it asks. */
  const asksAt = (at: Pick<Binding, 'bed'>, bed: Bed, before: string | undefined): Parameters<Feed['bind']>[0] => {
    const known = before ?? bed.patient
    return bed.patient === undefined ? at : { ...at, asks: 'elsewhere', ...(known === undefined ? {} : { patient: known }) }
  }
  /** Of a monitor that is new here: one that was paired with a bed as its place stands there, and asks whom it serves. */
  const firstBinding = (device: DeviceEntry, label: string | undefined): Binding => {
    const bed = bedOfLabel(label ?? device.place)
    if (label !== undefined) return { device: device.id, label, ...(bed ? (bed[1].isFromElsewhere || bed[1].beside ? asksAt({}, bed[1], undefined) : seated(bed[1])) : {}) }
    return { device: device.id, ...(bed ? { bed: bed[0], asks: 'moved' } : {}) }
  }
  /** Who lies in a bed was said first, and then noted down for each monitor there; where the power went in between, the bed counts. */
  const asTheBedSays = (known: Binding): Binding => {
    const { device, label, bed: stands, patient } = known
    if (patient === undefined || known.asks !== undefined || (label === undefined && stands === undefined)) return known
    const bed = bedOfBinding(known)?.[1]
    if (bed?.patient === patient) return known
    const at = stands === undefined ? {} : { bed: stands }
    if (bed?.isFromElsewhere) return { device, ...(label === undefined ? {} : { label }), ...asksAt(at, bed, patient) }
    return { device, ...(label === undefined ? {} : { label }), ...(stands === undefined ? {} : { bed: stands }), ...(bed ? seated(bed) : {}) }
  }
  const feedOf = (device: DeviceEntry, label?: string): Feed => {
    const id = feedIdOf(device.id, label)
    const there = feeds.get(id)
    if (there) return there
    const known = bindings.get(id)
    const feed = new Feed(id, label === undefined ? paceOf(device) : stationPace, known ? asTheBedSays(known) : firstBinding(device, label))
    feeds.set(id, feed)
    return feed
  }
  const save = ({ id, binding }: Feed) => local.put<Binding>(bindingKind, id, binding)

  const servedNames = async (ids: readonly (string | undefined)[]) => {
    const found = new Map<string, ServedPatient>()
    for (const id of new Set(ids)) {
      const patient = id === undefined ? undefined : await servedPatient(replica, id)
      if (patient) found.set(patient.id, patient)
    }
    return (id: string | undefined) => (id === undefined ? undefined : found.get(id))
  }
  const numbersOf = (feed: string, { at, numbers }: FeedSample): FeedNumbers => ({ feed, at: new Date(at).toISOString(), values: possibleValues(numbers ?? {}) })
  const entryOf = (feed: Feed, device: DeviceEntry, nameOf: (id: string | undefined) => ServedPatient | undefined): FeedEntry => {
    const { label, patient, asks, confirmedBy, confirmedAt, chartedAt } = feed.binding
    const served = nameOf(patient)
    const bed = bedOf(feed)?.[0]
    return {
      id: feed.id,
      device: device.id,
      deviceName: device.name,
      ...(label === undefined ? {} : { label }),
      kind: sendsMessages(device) ? 'station' : 'stream',
      measures: vitalsProfileOf(device)?.measures ?? [],
      waves: wavesOf(device),
      ...(bed === undefined ? {} : { bed }),
      ...(served ? { patient: served } : {}),
      state: asks !== undefined ? 'asking' : patient === undefined ? 'nobody' : 'charting',
      ...(asks === undefined ? {} : { reason: asks }),
      ...(confirmedBy ? { confirmedBy: confirmedBy.name } : {}),
      ...(confirmedAt === undefined ? {} : { confirmedAt }),
      freshMs: feed.pace.freshMs,
      ...(feed.latest ? { latest: numbersOf(feed.id, feed.latest) } : {}),
      ...(chartedAt === undefined ? {} : { chartedAt }),
    }
  }
  /** Every monitor there is: the paired ones as such, and what central stations report, bed by bed. */
  const allFeeds = (): (readonly [Feed, DeviceEntry])[] => {
    const paired = devices().filter(({ category }) => category === 'vitals')
    const ofDevice = paired.flatMap((device) => {
      // A monitor that sends messages without a bed is one that a person puts to a bed, as soon as it has said something.
      return isStream(device) || (feeds.has(device.id) && sendsMessages(device)) ? [[feedOf(device), device] as const] : []
    })
    const labelled = [...feeds.values()].flatMap((feed) => {
      const device = feed.binding.label === undefined ? undefined : paired.find(({ id }) => id === feed.binding.device)
      return device ? [[feed, device] as const] : []
    })
    return [...ofDevice, ...labelled]
  }
  const wardNow = async (): Promise<Ward> => {
    const all = allFeeds()
    const nameOf = await servedNames([...[...beds.values()].flatMap(({ patient, beside = [] }) => [patient, ...beside.map((seat) => seat.patient)]), ...all.map(([feed]) => feed.binding.patient)])
    const entries = all.map(([feed, device]) => entryOf(feed, device, nameOf))
    return {
      beds: [...beds]
        .map(([id, { name, patient, since, by, beside = [] }]): BedEntry => {
          const served = nameOf(patient)
          const others = beside.flatMap((seat) => {
            const other = nameOf(seat.patient)
            return other ? [{ patient: other, since: seat.since, by: seat.byName }] : []
          })
          return {
            id,
            name,
            ...(served ? { patient: served, ...(since === undefined ? {} : { since }), ...(by ? { by: by.name } : {}) } : {}),
            ...(others.length > 0 ? { beside: others } : {}),
            feeds: entries.filter(({ bed }) => bed === id),
          }
        })
        .sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true })),
      loose: entries.filter(({ bed, label }) => bed === undefined && label === undefined),
      rules,
    }
  }
  const bedNow = async (bed: string): Promise<Answer<BedEntry>> => {
    const found = (await wardNow()).beds.find(({ id }) => id === bed)
    return found ? done(found) : refuse('not-found')
  }
  const feedNow = async (feed: Feed): Promise<Answer<FeedEntry>> => {
    const device = deviceOf(feed.binding.device)
    return device ? done(entryOf(feed, device, await servedNames([feed.binding.patient]))) : refuse('not-found')
  }
  const findFeed = (id: string): Feed | undefined => allFeeds().find(([feed]) => feed.id === id)?.[0]

  const hear = (feed: Feed, sample: FeedSample, more: { readonly capture?: string; readonly settled?: () => void } = {}) => {
    const { label } = feed.binding
    const hasAsked = feed.hear(sample, rules, { ...more, collects: label !== undefined && bedOfLabel(label) === undefined })
    if (feed.latest === sample) announce('numbersChanged', numbersOf(feed.id, sample))
    if (hasAsked) void inTurn(() => save(feed)).then(changed, changed)
  }

  const chartOf = async (feed: Feed, until: number): Promise<void> => {
    const device = devices().find(({ id }) => id === feed.binding.device)
    for (const row of feed.due(until, everyMs())) {
      const values = possibleValues(row.numbers)
      const at = new Date(row.at).toISOString()
      const { label, patient } = feed.binding
      if (values.length > 0 && device) {
        if (patient !== undefined) {
          await chartRow(replica, { key: `${feed.id}/${new Date(row.end).toISOString()}`, patient, at, values, device, captures: row.captures })
        } else if (label !== undefined) {
          await unknown.keep({ device: device.id, deviceName: device.name, profile: device.profile, label }, { at, values, captures: row.captures })
        }
      }
      feed.charted(values.length > 0 ? row : { ...row, numbers: {} }, everyMs())
      if (patient !== undefined) {
        await save(feed)
        changed()
      }
    }
  }
  const chartDue = () =>
    inTurn(async () => {
      const at = now()
      for (const feed of feeds.values()) {
        // A full disk, for instance: the interval stays, and is tried again.
        await chartOf(feed, at - lateMs).catch(() => undefined)
        const hasAsked = feed.look(at, rules) || feed.lookAtClock(at)
        if (hasAsked) changed()
        if (hasAsked || feed.note(noteMs)) await save(feed)
      }
    })
  const timer = setInterval(() => void chartDue().catch(() => undefined), lookMs)
  timer.unref()

  // What stations reported before the restart is there before they report again.
  for (const { device: id, label } of bindings.values()) {
    const device = label === undefined ? undefined : deviceOf(id)
    if (device) feedOf(device, label)
  }
  const storing = new Map<string, Promise<void>>()
  const storeNow = async (capture: Capture): Promise<void> => {
    const device = deviceOf(capture.device)
    const profile = profileOf(capture.profile)
    if (!device || profile?.category !== 'vitals') return
    const ofBed = new Map<string, Measurement[]>()
    for (const measured of readVitals(capture.text, profile)) ofBed.set(measured.bed, [...(ofBed.get(measured.bed) ?? []), measured])
    const receivedAt = Date.parse(capture.at)
    const settled: Promise<void>[] = []
    for (const [said, measured] of ofBed) {
      const label = said.slice(0, longestLabel)
      const sample = sampleOf(measured, receivedAt, everyMs())
      const isNew = !feeds.has(label === '' ? device.id : feedIdOf(device.id, label))
      if (!sample || (isNew && feeds.size >= mostLabels)) continue
      const feed = label === '' ? feedOf(device) : feedOf(device, label)
      settled.push(new Promise((resolve) => hear(feed, sample, { capture: capture.id, settled: resolve })))
      if (isNew) changed()
    }
    await Promise.all(settled)
  }

  /** What a change of a bed's patient means for the monitors there. */
  const rebindBed = async (id: string, bed: Bed): Promise<void> => {
    const there = allFeeds().flatMap(([feed]) => (bedOf(feed)?.[0] === id ? [feed] : []))
    // All of them before anything is written: a full disk must leave none with the patient before.
    for (const feed of there) {
      const { label, bed: stands } = feed.binding
      feed.bind({ ...(label === undefined && stands !== undefined ? { bed: stands } : {}), ...seated(bed) })
    }
    for (const feed of there) await save(feed)
  }
  /** What another workstation said of a bed: no monitor here goes on charting for who lay in it, and none begins by itself. */
  const heardOfBed = async (id: string): Promise<void> => {
    // Read now: what this workstation said in the meantime is in it.
    const bed = await book.read(id)
    const before = beds.get(id)
    const isSettled = !(bed?.beside ?? []).some(({ patient }) => !before?.beside?.some((known) => known.patient === patient))
    if (before?.patient === bed?.patient && (before === undefined) === (bed === undefined) && isSettled) {
      book.accept(id, bed)
      // Settled elsewhere.
      if ((before?.beside ?? []).length > 0) changed()
      return
    }
    const there = allFeeds().flatMap(([feed]) => (bedOf(feed)?.[0] === id || (bed !== undefined && feed.binding.label === bed.name) ? [feed] : []))
    book.accept(id, bed)
    // Somebody lies in one bed only: where two are told, nothing is charted at the other either before a person has looked.
    const others = bed?.patient === undefined ? [] : allFeeds().flatMap(([feed]) => (bedOf(feed)?.[0] !== id && bedOf(feed)?.[1].patient === bed.patient ? [feed] : []))
    for (const feed of [...there, ...others]) {
      const { label, bed: stands } = feed.binding
      const at = label === undefined && stands !== undefined && bed !== undefined ? { bed: stands } : {}
      feed.bind(bed === undefined ? {} : asksAt(at, bed, others.includes(feed) ? bed.patient : before?.patient))
    }
    for (const feed of [...there, ...others]) await save(feed)
    changed()
  }
  book.watch((id) => void inTurn(() => heardOfBed(id)).catch(() => undefined))
  const rebind = async (feed: Feed, next: Parameters<Feed['bind']>[0]): Promise<Answer<FeedEntry>> => {
    feed.bind(next)
    await save(feed)
    changed()
    return feedNow(feed)
  }

  return {
    ward: wardNow,
    addBed: (key, given, by) =>
      inTurn(async () => {
        const name = given.trim()
        const id = book.idOf(name)
        const same = beds.get(id)
        if (same && same.made !== key) return refuse('bed-there', { bed: name })
        if (!same) await book.put({ name, made: key }, by.practitioner)
        // A bed that a central station had named before somebody knew it begins anew: what waits in the tray stays there.
        for (const [feed] of allFeeds()) if (feed.binding.label === name) feed.bind({})
        changed()
        return bedNow(id)
      }),
    removeBed: (id, by) =>
      inTurn(async () => {
        const bed = beds.get(id)
        if (!bed) return refuse('not-found')
        if (bed.patient !== undefined || bed.beside || allFeeds().some(([feed]) => feed.binding.bed === id)) return refuse('bed-in-use', { bed: bed.name })
        await book.remove(id, by.practitioner)
        changed()
        return done(null)
      }),
    seat: (id, patient, by) =>
      inTurn(async () => {
        const bed = beds.get(id)
        if (!bed || !(await servedPatient(replica, patient))) return refuse('not-found')
        // More than one where two workstations put the patient into a bed each.
        for (const [left, other] of beds) {
          const { name, made, patient: lies, beside = [] } = other
          if (left === id) continue
          if (lies === patient) {
            const free = { name, made, ...(other.beside ? { beside } : {}) }
            await book.put(free, by.practitioner)
            await rebindBed(left, free)
          } else if (beside.some((seat) => seat.patient === patient)) {
            const { beside: _settled, ...known } = other
            const others = beside.filter((seat) => seat.patient !== patient)
            await book.put({ ...known, ...(others.length > 0 ? { beside: others } : {}) }, by.practitioner)
          }
        }
        await book.put({ name: bed.name, made: bed.made, patient, since: new Date(now()).toISOString(), by }, by.practitioner)
        await rebindBed(id, beds.get(id)!)
        changed()
        return bedNow(id)
      }),
    empty: (id, by) =>
      inTurn(async () => {
        const bed = beds.get(id)
        if (!bed) return refuse('not-found')
        const free = { name: bed.name, made: bed.made }
        await book.put(free, by.practitioner)
        await rebindBed(id, free)
        changed()
        return bedNow(id)
      }),
    place: (id, bed) =>
      inTurn(async () => {
        const feed = findFeed(id)
        if (!feed || (bed !== undefined && !beds.has(bed))) return refuse('not-found')
        if (feed.binding.label !== undefined) return refuse('not-allowed', { why: 'station' })
        const { patient } = feed.binding
        // Put where it stands already: nothing has moved.
        if (bed !== undefined && feed.binding.bed === bed) return feedNow(feed)
        return rebind(feed, { ...(bed === undefined ? {} : { bed, asks: 'moved' }), ...(patient === undefined || bed === undefined ? {} : { patient }) })
      }),
    confirm: (id, patient, by) =>
      inTurn(async () => {
        const feed = findFeed(id)
        if (!feed || !(await servedPatient(replica, patient))) return refuse('not-found')
        const at = bedOf(feed)
        const confirmed = { patient, confirmedBy: by, confirmedAt: new Date(now()).toISOString() }
        if (!at) return feed.binding.label === undefined ? rebind(feed, confirmed) : refuse('not-allowed', { why: 'station' })
        const [bed, { patient: lies }] = at
        if (lies !== patient) return refuse('bed-of-another', { bed: at[1].name })
        return rebind(feed, { ...(feed.binding.label === undefined ? { bed } : {}), ...confirmed })
      }),
    release: (id) =>
      inTurn(async () => {
        const feed = findFeed(id)
        if (!feed) return refuse('not-found')
        const { bed } = feed.binding
        return rebind(feed, bed === undefined ? {} : { bed })
      }),
    setRules: (next) =>
      inTurn(async () => {
        // What was gathered for a row at the old time is charted at that time, as far as it goes.
        for (const feed of feeds.values()) await chartOf(feed, now())
        await local.put<FeedRules>(rulesKind, 'rules', next)
        rules = next
        changed()
        return done(next)
      }),
    unknownBeds: () => unknown.list(),
    fileUnknownBed: (item, patient, by) => inTurn(() => unknown.file(item, patient, by)),
    dismissUnknownBed: (item, why, by) => inTurn(() => unknown.dismiss(item, why, by)),
    servesAnother: (device, patient) => {
      const feed = findFeed(device)
      if (feed === undefined) return false
      // At a bed it is read for who lies there and for nobody else. While it asks elsewhere nobody knows whom it serves: the person who reads it says so.
      const lies = bedOf(feed)?.[1].patient
      return (lies !== undefined && lies !== patient) || (feed.isCharting && feed.binding.patient !== patient)
    },
    heard: ({ device: id, at, usable, values }) => {
      const device = deviceOf(id)
      // What a central station says comes bed by bed, from the journal; a cuff or a scale is read by a person.
      if (!device || !isStream(device)) return
      const numbers: VitalNumbers = Object.fromEntries(values.map(({ code, value }) => [code, value]))
      hear(feedOf(device), { at: Date.parse(at), ...(usable && values.length > 0 ? { numbers } : {}) })
    },
    store: (capture) => {
      const under = storing.get(capture.id) ?? storeNow(capture).finally(() => storing.delete(capture.id))
      storing.set(capture.id, under)
      return under
    },
    devicesChanged: (entries) => {
      const there = new Set(entries.map(({ id }) => id))
      for (const [id, feed] of feeds) {
        if (there.has(feed.binding.device)) continue
        feed.bind({})
        feeds.delete(id)
        void local.remove(bindingKind, id).catch(() => undefined)
      }
      changed()
    },
    chartDue,
    close: async () => {
      clearInterval(timer)
      clearTimeout(telling)
      book.close()
      await turn
    },
  }
}

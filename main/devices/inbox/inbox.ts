import { done, refuse, type Answer, type TrayItem } from '../../../shared/contract'
import { labCodes } from '../../../shared/records/basic/labTest'
import type { Envelope } from '../../../shared/records/envelope'
import { idIn } from '../../../shared/records/systems'
import type { LocalDocument, Replica } from '../../replica'
import { profileOf, readCapture, type Capture, type Sample, type SampleResult } from '..'
import { filedReport, fileSample } from './file'
import { inboxKind, type InboxItem, itemIdOf, type ItemState, replayDevice } from './item'
import { type ExpectedOf, type Lab, mappedSample, preparedResults, type StandingReport } from './lab'
import { codesIn, matchSample, standingFor } from './match'
import { orderWithAccession } from './tube'

/** A person who decides about a tray item. */
export interface Decider {
  readonly practitioner: string
  readonly name: string
}

/** What became of one sample of a capture. */
export interface ItemOutcome {
  readonly item: string
  /** False: the same results had come before. */
  readonly isNew: boolean
}

/** Results of devices between the journal and the chart. */
export interface Inbox {
  /** Puts a capture's samples on disk, each once however often they come; resolves when they are there. */
  store(capture: Capture, deviceName: string): Promise<ItemOutcome[]>
  /** Files or trays what is stored and undecided; resolves when nothing is left. */
  settle(): Promise<void>
  item(id: string): Promise<{ readonly state: ItemState; readonly item: InboxItem } | undefined>
  tray(state: TrayItem['state']): Promise<TrayItem[]>
  waiting(): Promise<number>
  /** Samples in the tray, as the mappings of today read them. */
  unmapped(): Promise<{ readonly item: InboxItem; readonly sample: Sample }[]>
  /** Looks again at what waits for a mapping; resolves when it is filed. */
  retryUnmapped(): Promise<void>
  file(id: string, accession: string, by: Decider): Promise<Answer<TrayItem>>
  reject(id: string, why: string, by: Decider): Promise<Answer<TrayItem>>
  close(): Promise<void>
}

/** What the inbox needs. */
export interface InboxDeps {
  readonly replica: Replica
  readonly lab: Lab
  /** Only where patients are made up does a recording that somebody plays count like an analyser. */
  readonly training?: boolean
  /** What is expected of results that come without a range; absent: nothing. */
  readonly expectedOf?: ExpectedOf
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Something came into the tray or left it. */
  readonly trayChanged: (waiting: number) => void
}

/** Opens the inbox, and finishes what a crash left undecided. */
export const openInbox = ({ replica, lab, training = false, expectedOf, now, trayChanged }: InboxDeps): Inbox => {
  const { local, records } = replica
  /** One decision at a time: two windows never file one item twice. */
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const result = turn.then(work, work)
    turn = result.catch(() => undefined)
    return result
  }
  const tell = async () => trayChanged(await local.count(inboxKind, 'waiting'))

  /** An analyser that gave up sends the whole again later: then the piece in the tray has no further use. */
  const dropPieces = async (whole: InboxItem): Promise<void> => {
    if (!whole.sample || !whole.isWhole) return
    const has = new Set(whole.sample.results.map(resultKey))
    const pieces = (await local.list<InboxItem>(inboxKind, { state: 'waiting' })).filter(
      ({ value }) =>
        !value.isWhole && value.device === whole.device && value.sample?.accession === whole.sample?.accession && value.sample?.results.every((result) => has.has(resultKey(result))),
    )
    for (const { id, value } of pieces) await local.put<InboxItem>(inboxKind, id, value, 'superseded')
  }
  const mapped = async ({ sample, profile }: InboxItem): Promise<Sample | undefined> => sample && mappedSample(sample, profileOf(profile), await lab.settings.mappingsOf(profile))
  const putOnChart = async (id: string, item: InboxItem, sample: Sample, { order, standing }: { readonly order: Envelope<'ServiceRequest'>; readonly standing?: StandingReport | undefined }, by?: string): Promise<string> => {
    const judge = await lab.judge()
    const results = await preparedResults(replica, judge, { sample, order, standing, receivedAt: item.receivedAt, offsetMs: item.clockOffsetMs, isReplayed: !training && item.device === replayDevice, expectedOf })
    return fileSample(replica, { id, item, results, order, standing, reportTitle: titleOf(item), judge, at: new Date(now()).toISOString(), ...(by === undefined ? {} : { by }) })
  }
  const decide = async ({ id, value }: LocalDocument<InboxItem>): Promise<void> => {
    await dropPieces(value)
    const sample = await mapped(value)
    const match = await matchSample(replica, { id, sample, isWhole: value.isWhole })
    if ('reason' in match || !sample) {
      await local.put<InboxItem>(inboxKind, id, { ...value, reason: 'reason' in match ? match.reason : 'unreadable' }, 'waiting')
      return
    }
    const report = await putOnChart(id, value, sample, match)
    await local.put<InboxItem>(inboxKind, id, { ...value, report }, 'matched')
  }
  const settleNow = async () => {
    for (;;) {
      const items = await local.list<InboxItem>(inboxKind, { state: 'new', limit: 50 })
      if (items.length === 0) break
      // Newest first in the list; the first to come is the first on the chart.
      for (const item of items.reverse()) await decide(item)
    }
    await tell()
  }
  const settle = () => inTurn(settleNow)

  const waitingFor = async (reasons: readonly (TrayItem['reason'] | undefined)[]) => (await local.list<InboxItem>(inboxKind, { state: 'waiting' })).filter(({ value }) => reasons.includes(value.reason))
  const retryNow = async (): Promise<void> => {
    const waiting = await waitingFor(['unmapped-code', 'other-unit'])
    for (const item of waiting.reverse()) await decide(item)
    if (waiting.length > 0) await tell()
  }
  /** What a code means may be said on another workstation. Several words that come together are one look at the tray. */
  let isToRetry = false
  const mappings = records.changes().subscribe(({ type, envelope }) => {
    if (type !== 'Basic' || envelope.search.code !== labCodes.mapping || isToRetry) return
    isToRetry = true
    void inTurn(() => {
      isToRetry = false
      return retryNow()
    }).catch(() => undefined)
  })

  /** An order that came late (placed on another workstation, or after the analyser was quicker) claims what waits for its number; a first load brings thousands. */
  const claimed = new Set<string>()
  const orders = records.changes().subscribe((change) => {
    if (change.type !== 'ServiceRequest') return
    const accession = (change.envelope as { search?: { identifier?: string } }).search?.identifier
    if (accession === undefined) return
    claimed.add(accession)
    if (claimed.size > 1) return
    void inTurn(async () => {
      const numbers = new Set(claimed)
      claimed.clear()
      const waiting = (await waitingFor(['accession-unknown'])).filter(({ value }) => numbers.has(value.sample?.accession ?? ''))
      for (const item of waiting) await decide(item)
      if (waiting.length > 0) await tell()
    }).catch(() => undefined)
  })

  /** Rejected as part of another capture than this one (a second delivery of the same capture changes nothing). */
  const wasRejected = async (id: string, capture: string): Promise<boolean> => {
    const there = await local.get<InboxItem>(inboxKind, id)
    return there?.state === 'rejected' && there.value.capture !== capture
  }
  const undecided = async (id: string): Promise<LocalDocument<InboxItem> | 'not-found' | 'already-filed'> => {
    const item = await local.get<InboxItem>(inboxKind, id)
    if (!item) return 'not-found'
    return item.state === 'waiting' ? item : 'already-filed'
  }
  /** Whether an item of the tray is on another chart than this order's: somebody filed it, and then the power went. It leaves the tray. */
  const isFiled = async ({ id, value }: LocalDocument<InboxItem>, order?: string): Promise<boolean> => {
    const there = await filedReport(replica, id)
    if (!there || (order !== undefined && idIn(there.resource.basedOn?.[0], 'ServiceRequest') === order)) return false
    await local.put<InboxItem>(inboxKind, id, { ...value, report: there.id }, 'filed')
    await tell()
    return true
  }
  const decision = (by: Decider, why?: string) => ({ by: by.practitioner, name: by.name, at: new Date(now()).toISOString(), ...(why === undefined ? {} : { why }) })

  return {
    store: async (capture, deviceName) => {
      const profile = profileOf(capture.profile)
      const outcomes: ItemOutcome[] = []
      const keep = async (index: number, isWhole: boolean, sample: InboxItem['sample']) => {
        const id = itemIdOf(capture, index, isWhole, sample)
        // A replayed capture says when it was sent, and that was another day.
        const clockOffsetMs = capture.device === replayDevice ? undefined : await lab.clocks.heard(capture.device, sample?.sentAt, capture.at)
        const item: InboxItem = {
          capture: capture.id, device: capture.device, deviceName, profile: capture.profile, receivedAt: capture.at, isWhole,
          ...(sample ? { sample } : {}),
          ...(clockOffsetMs === undefined ? {} : { clockOffsetMs }),
        }
        const isNew = await local.putNew<InboxItem>(inboxKind, id, item, 'new')
        const isAgain = !isNew && (await wasRejected(id, capture.id))
        // Rejected, and then sent again: a person at the analyser wants it looked at once more.
        if (isAgain) await local.put<InboxItem>(inboxKind, id, item, 'new')
        outcomes.push({ item: id, isNew: isNew || isAgain })
      }
      if (profile?.category !== 'analyser') {
        await keep(0, false, undefined)
        return outcomes
      }
      for (const { samples, isReadable } of readCapture(capture.text, profile)) {
        const isWhole = capture.complete && isReadable
        for (const sample of samples) await keep(outcomes.length, isWhole, sample)
        // A message without results asks or reports a status; one that cannot be read may hold anything. A piece
        // without results has nothing to file.
        if (samples.length === 0 && capture.complete && !isReadable) await keep(outcomes.length, false, undefined)
      }
      return outcomes
    },
    settle,
    item: async (id) => {
      const found = await local.get<InboxItem>(inboxKind, id)
      return found && { state: found.state as ItemState, item: found.value }
    },
    tray: async (state) => (await local.list<InboxItem>(inboxKind, { state, limit: 500 })).map(trayItemOf),
    waiting: () => local.count(inboxKind, 'waiting'),
    unmapped: async () => {
      const found: { item: InboxItem; sample: Sample }[] = []
      for (const { value } of await local.list<InboxItem>(inboxKind, { state: 'waiting' })) {
        const sample = await mapped(value)
        if (sample) found.push({ item: value, sample })
      }
      return found
    },
    retryUnmapped: () => inTurn(retryNow),
    file: (id, given, by) =>
      inTurn(async () => {
        const found = await undecided(id)
        if (typeof found === 'string') return refuse(found)
        const { value } = found
        if (value.sample?.isQualityControl) return refuse('quality-control')
        const sample = await mapped(value)
        if (!sample || sample.results.length === 0) return refuse('unreadable-result')
        const accession = given.trim()
        const order = await orderWithAccession(replica, accession, codesIn(sample))
        if (!order || order.resource.status === 'revoked' || order.resource.status === 'entered-in-error') return refuse('accession-unknown', { accession })
        if (await isFiled(found, order.id)) return refuse('already-filed')
        const report = await putOnChart(id, value, sample, { order, standing: await standingFor(replica, order, sample, id) }, by.practitioner)
        const stored = await local.put<InboxItem>(inboxKind, id, { ...value, report, decision: decision(by) }, 'filed')
        await tell()
        return done(trayItemOf(stored))
      }),
    reject: (id, why, by) =>
      inTurn(async () => {
        const found = await undecided(id)
        if (typeof found === 'string') return refuse(found)
        if (await isFiled(found)) return refuse('already-filed')
        const stored = await local.put<InboxItem>(inboxKind, id, { ...found.value, decision: decision(by, why) }, 'rejected')
        await tell()
        return done(trayItemOf(stored))
      }),
    close: async () => {
      orders.unsubscribe()
      mappings.unsubscribe()
      await turn
    },
  }
}

const resultKey = ({ line, measured }: SampleResult): string => JSON.stringify([line.code, line.text, line.unit, measured])

const titleOf = (item: InboxItem): string => {
  const profile = profileOf(item.profile)
  return profile?.category === 'analyser' ? profile.reportTitle : 'Laboratory results'
}

const trayItemOf = ({ id, state, value }: LocalDocument<InboxItem>): TrayItem => ({
  id,
  reason: value.reason ?? 'unreadable',
  device: value.device,
  deviceName: value.deviceName,
  receivedAt: value.receivedAt,
  accession: value.sample?.accession ?? '',
  analyserSays: value.sample?.analyserSays ?? '',
  results: value.sample?.results.map((result) => result.line) ?? [],
  state: state as TrayItem['state'],
  ...(value.decision ? { decidedBy: value.decision.name, decidedAt: value.decision.at } : {}),
  ...(value.decision?.why === undefined ? {} : { rejectedBecause: value.decision.why }),
})

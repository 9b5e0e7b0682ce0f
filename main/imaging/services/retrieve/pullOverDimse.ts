import type { ExchangeProblem } from '../../../../shared/contract'
import type { KnownPeer } from '../../peers'
import { peerAsk } from '../peerAsk'
import { PeerProblem, problemOf } from '../problem'
import { contentsOf } from './contents'
import { getSeries, moveSeries } from './getSeries'
import type { Pull } from './pulls'

/** An archive may have to fetch a study from a tape before it says another word. */
const idleMs = 300_000
/** How a C-GET fails at a peer that has none. */
const withoutGet: ReadonlySet<ExchangeProblem> = new Set(['not-offered', 'rejected', 'refused', 'broken-off', 'incomplete'])

/** What fetching over DIMSE works with. */
export interface DimsePullParts {
  peer(id: string): Promise<KnownPeer | undefined>
  /** SOP Instance UIDs of a study that are in the archive here. */
  held(studyInstanceUid: string): Promise<ReadonlySet<string>>
  readonly own: {
    aeTitle(): Promise<string>
    listens(): boolean
    settled(): Promise<void>
  }
}

const aborted = (signal: AbortSignal): Promise<void> => new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

/**
 * Fetches a study with C-GET, or with C-MOVE to the listener of this workstation where the peer has no C-GET. Series of which
 * everything is here do not come again.
 */
export const pullOverDimse = ({ peer: peerWith, held, own }: DimsePullParts): Pull => async ({ peer: { id }, studyInstanceUid, patientNumber }, { take, awaits, progress, taken }, signal) => {
  const peer = await peerWith(id)
  if (!peer?.uses.includes('is-queried')) throw new PeerProblem('unknown-peer')
  const caller = await own.aeTitle()
  const ask = peerAsk(peer, caller)
  const { series, sopClasses } = await contentsOf(ask, studyInstanceUid, patientNumber, signal)
  const all = series.flatMap(({ instances }) => instances)
  const before = await held(studyInstanceUid)
  const missing = series.filter(({ instances }) => instances.length === 0 || instances.some((sop) => !before.has(sop)))
  const complete = series.filter((each) => !missing.includes(each)).reduce((sum, { instances }) => sum + instances.length, 0)
  progress(all.length, complete)
  if (missing.length === 0) return
  awaits(new Set(missing.flatMap(({ instances }) => instances)))
  const unhurried = { ...ask, idleMs }
  const retrieval = { studyInstanceUid, patientNumber, series: missing.map(({ seriesInstanceUid }) => seriesInstanceUid) }
  try {
    await getSeries(unhurried, retrieval, sopClasses, take, signal)
  } catch (reason) {
    // Peers say in many ways that they have no C-GET, or not for us: until an instance has come, C-MOVE may do better.
    if (taken() || signal.aborted || !withoutGet.has(problemOf(reason).problem) || !own.listens()) throw reason
    await moveSeries(unhurried, retrieval, caller, (instances) => progress(all.length, complete + instances), signal)
    await Promise.race([own.settled(), aborted(signal)])
  }
  const after = await held(studyInstanceUid)
  if (all.some((sop) => !after.has(sop))) throw new PeerProblem('incomplete')
}

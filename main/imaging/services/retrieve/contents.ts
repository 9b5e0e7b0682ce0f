import { attributesOf, isUid, valueOf } from '../../../../shared/standards/dicom'
import { withAssociation } from '../../dimse'
import type { PeerAsk } from '../peerAsk'
import { find } from '../query/find'
import { findContextOf, findContexts } from '../query/findStudies'
import { PeerProblem } from '../problem'
import { patientRoot } from '../sopClasses'

/** A series as a peer has it. */
export interface RemoteSeries {
  readonly seriesInstanceUid: string
  /** SOP Instance UIDs; empty where the peer does not tell them. */
  readonly instances: readonly string[]
}

/** What a peer has of a study: enough to ask for it, and to know whether all of it came. */
export interface RemoteContents {
  readonly series: readonly RemoteSeries[]
  readonly sopClasses: readonly string[]
}

const mostSeries = 1000
const mostInstances = 20_000

/** Asks for series and instances of a study, with their SOP classes. Throws `PeerProblem` (`not-found-there`) and `DimseProblem`. */
export const contentsOf = (peer: PeerAsk, studyInstanceUid: string, patientNumber: string, signal?: AbortSignal): Promise<RemoteContents> =>
  withAssociation({ ...peer, contexts: findContexts, ...(signal && { signal }) }, async (association) => {
    const context = findContextOf(association)
    // The patient root wants the unique key of each level above (PS3.4 §C.4.1.2.1).
    const above = { '0020000d': studyInstanceUid, ...(context.abstractSyntax === patientRoot.find && { '00100020': patientNumber }) }
    const listed = await find(association, context, attributesOf({ '00080052': 'SERIES', ...above, '0020000e': '' }), mostSeries, signal)
    const uids = [...new Set(listed.matches.map((match) => valueOf(match, '0020000e')).filter(isUid))]
    if (uids.length === 0) throw new PeerProblem('not-found-there')
    const sopClasses = new Set<string>()
    const series: RemoteSeries[] = []
    for (const seriesInstanceUid of uids) {
      const keys = attributesOf({ '00080052': 'IMAGE', ...above, '0020000e': seriesInstanceUid, '00080018': '', '00080016': '' })
      const { matches } = await find(association, context, keys, mostInstances, signal)
      for (const match of matches) if (isUid(valueOf(match, '00080016'))) sopClasses.add(valueOf(match, '00080016'))
      series.push({ seriesInstanceUid, instances: [...new Set(matches.map((match) => valueOf(match, '00080018')).filter(isUid))] })
    }
    return { series, sopClasses: [...sopClasses] }
  })

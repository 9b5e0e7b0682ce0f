import type { ExchangeProblem, RemoteStudy } from '../../../shared/contract'
import { displayPersonName, localDateTimeOf } from '../../../shared/standards/dicom'
import { ArchiveProblem } from '../archive/archive'
import { setOfStudy, type StudyFiles } from '../archive/studyFiles'
import { isDiskFull } from '../import/takeIn'
import type { Carrier } from '../services/carrier'
import { PeerProblem } from '../services/problem'
import type { Whose } from '../services/query/findStudies'
import { DicomWebProblem, openDicomWeb, type DicomWeb, type FoundStudy } from './client'
import { fetchStudy } from './fetchStudy'
import { sendStudy, type ToSend } from './sendStudy'
import type { DicomWebServers } from './servers'

/** What it works with. */
export interface CarrierParts {
  readonly servers: Pick<DicomWebServers, 'list' | 'addressOf'>
  readonly files: Pick<StudyFiles, 'filesOf' | 'read'>
  /** Changed by tests. */
  readonly connect?: typeof openDicomWeb
  /** As in `FetchParts`; changed by tests. */
  readonly pauseMs?: (tries: number) => number
}

/** More studies than one patient has; a server that does not match by Patient ID has them. */
const mostStudies = 500

const problems: Readonly<Record<DicomWebProblem['kind'], ExchangeProblem>> = {
  unreachable: 'unreachable', untrusted: 'not-secure', refused: 'rejected', 'not-found': 'not-found-there', 'not-dicomweb': 'not-offered', answered: 'refused', 'too-large': 'refused',
}

const asPeerProblem = (reason: unknown): unknown => {
  if (reason instanceof DicomWebProblem) return new PeerProblem(problems[reason.kind], reason.trust ?? (reason.status === 0 ? '' : `HTTP ${reason.status}`))
  if (reason instanceof ArchiveProblem) return new PeerProblem('damaged')
  return isDiskFull(reason) ? new PeerProblem('disk-full') : reason
}

const studyOf = (found: FoundStudy, whose: Whose, known: ReadonlySet<string>): RemoteStudy => {
  const started = localDateTimeOf(found.date, found.time)
  const isBornElse = whose.birthDate?.length === 10 && /^\d{8}$/.test(found.birthDate) && found.birthDate !== whose.birthDate.replaceAll('-', '')
  return {
    studyInstanceUid: found.studyInstanceUid,
    description: found.description,
    modalities: found.modalities,
    ...(started !== undefined && { started }),
    accession: found.accession,
    ...(found.instances !== undefined && { instances: found.instances }),
    dicomPatient: { id: found.patientId, name: displayPersonName(found.patientName), birthDate: found.birthDate },
    known: known.has(found.studyInstanceUid),
    ...(found.patientId !== whose.number ? { mismatch: 'patient-id' as const } : isBornElse ? { mismatch: 'birth-date' as const } : {}),
  }
}

const sopOf = (about: unknown): string => String((about as { readonly sop?: unknown } | undefined)?.sop ?? '')

/** DICOMweb servers as places that studies are found at, fetched from and sent to, beside those that speak DIMSE. */
export const openDicomWebCarrier = ({ servers, files, connect = openDicomWeb, pauseMs }: CarrierParts): Carrier => {
  /** Talks to a server that may do this; throws `PeerProblem`. */
  const over = async <Value>(id: string, may: 'canBeQueried' | 'canReceive', work: (web: DicomWeb) => Promise<Value>): Promise<Value> => {
    const found = await servers.addressOf(id)
    // On the list, but at an address to which no names of patients go.
    if (!found) throw new PeerProblem((await servers.list()).some((each) => each.id === id) ? 'not-secure' : 'unknown-peer')
    if (!found.entry[may]) throw new PeerProblem('not-offered')
    const web = connect(found.address)
    try {
      return await work(web)
    } catch (reason) {
      throw asPeerProblem(reason)
    } finally {
      web.close()
    }
  }

  return {
    has: async (id) => (await servers.list()).some((each) => each.id === id),
    find: (id, whose, known, signal) =>
      over(id, 'canBeQueried', async (web) => {
        const found = [...new Map((await web.searchStudies({ patientId: whose.number }, signal)).map((each) => [each.studyInstanceUid, each])).values()]
        const here = await known(found.map(({ studyInstanceUid }) => studyInstanceUid))
        const studies = found.map((each) => studyOf(each, whose, here)).sort((a, b) => ((a.started ?? '') < (b.started ?? '') ? 1 : -1))
        return { studies: studies.slice(0, mostStudies), more: studies.length > mostStudies }
      }),
    fetch: (id, study, take, news, signal) =>
      over(id, 'canBeQueried', async (web) => {
        const here = new Set((await files.filesOf(setOfStudy(study))).map(({ about }) => sopOf(about)))
        const takeOne = async (file: Uint8Array) => {
          const taken = await take(file)
          if (taken.kind !== 'refused') here.add(taken.sopInstanceUid)
          return taken
        }
        const ended = await fetchStudy(
          study, { web, has: async (sop) => here.has(sop), take: takeOne, tell: (now) => news.progress(now.total, now.here), ...(pauseMs && { pauseMs }) }, signal,
        )
        if (ended.total === 0) throw new PeerProblem('not-found-there')
        if (ended.here < ended.total) throw new PeerProblem('incomplete', Object.keys(ended.refused).join(' '))
      }),
    deliver: ({ studyInstanceUid, peer }, sent, news, signal) =>
      over(peer.id, 'canReceive', async (web) => {
        const stored = await files.filesOf(setOfStudy(studyInstanceUid))
        news.total(stored.length)
        const instances = stored.map(({ sha256, size, about }): ToSend => ({ sopInstanceUid: sopOf(about), size, read: () => files.read(sha256, 0) }))
        const confirm = async (uids: readonly string[]) => uids.forEach((uid) => news.sent(uid))
        const ended = await sendStudy(studyInstanceUid, instances, sent, { web, confirm, tell: () => undefined, ...(pauseMs && { pauseMs }) }, signal)
        for (const { sopInstanceUid, reason } of ended.failed) {
          const isFull = (reason & 0xff00) === 0xa700
          news.refused(sopInstanceUid, isFull ? 'no-room' : 'refused', reason === 0 ? '' : reason.toString(16).toUpperCase().padStart(4, '0'))
        }
      }),
  }
}

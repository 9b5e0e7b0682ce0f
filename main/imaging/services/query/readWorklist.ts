import type { RemoteWorklist, WorklistEntry } from '../../../../shared/contract'
import { attributesOf, displayPersonName, explicitLittleEndian, implicitLittleEndian, itemsOf, localDateTimeOf, valueOf, type Identifier } from '../../../../shared/standards/dicom'
import { DimseProblem, withAssociation, worklistSopClass } from '../../dimse'
import type { PeerAsk } from '../peerAsk'
import { find } from './find'

/** More steps than a department has in a day. */
const mostSteps = 1000

const entryOf = (match: Identifier): WorklistEntry => {
  const [step] = itemsOf(match, '00400100')
  const at = (tag: string): string => (step ? valueOf(step, tag) : '')
  const scheduled = localDateTimeOf(at('00400002'), at('00400003'))
  return {
    accession: valueOf(match, '00080050'),
    patientId: valueOf(match, '00100020'),
    patientName: displayPersonName(valueOf(match, '00100010')),
    birthDate: valueOf(match, '00100030'),
    modality: at('00080060'),
    description: at('00400007') || valueOf(match, '00321060'),
    ...(scheduled !== undefined && { scheduled }),
    station: at('00400001'),
    studyInstanceUid: valueOf(match, '0020000d'),
  }
}

/** Reads the worklist of a peer for a day (YYYY-MM-DD), as a modality would. Throws `PeerProblem` and `DimseProblem`. */
export const readWorklist = async (peer: PeerAsk, { day, modality = '' }: { readonly day: string; readonly modality?: string }, signal?: AbortSignal): Promise<RemoteWorklist> => {
  const keys = attributesOf({
    '00080050': '', '00100010': '', '00100020': '', '00100030': '', '00100040': '', '0020000d': '', '00321060': '', '00401001': '',
    '00400100': [attributesOf({ '00080060': modality, '00400001': '', '00400002': day.replaceAll('-', ''), '00400003': '', '00400006': '', '00400007': '', '00400009': '' })],
  })
  const contexts = [{ abstractSyntax: worklistSopClass, transferSyntaxes: [explicitLittleEndian, implicitLittleEndian], peerChooses: true }]
  const { matches, more } = await withAssociation({ ...peer, contexts, ...(signal && { signal }) }, (association) => {
    const context = association.contextOf(worklistSopClass)
    if (!context) throw new DimseProblem('no-context', 'worklist')
    return find(association, context, keys, mostSteps, signal)
  })
  return { steps: matches.map(entryOf).sort((a, b) => (a.scheduled ?? '').localeCompare(b.scheduled ?? '')), more }
}

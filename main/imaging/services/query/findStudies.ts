import type { RemoteStudies, RemoteStudy } from '../../../../shared/contract'
import { attributesOf, displayPersonName, explicitLittleEndian, implicitLittleEndian, isUid, localDateTimeOf, valueOf, valuesOf, type Identifier } from '../../../../shared/standards/dicom'
import { DimseProblem, withAssociation, type Association } from '../../dimse'
import type { PeerAsk } from '../peerAsk'
import { patientRoot, studyRoot } from '../sopClasses'
import { find } from './find'

/** Whose studies are looked for: the patient's number, and the birth date where it is known in full (YYYY-MM-DD). */
export interface Whose {
  readonly number: string
  readonly birthDate?: string
}

/** More studies than one patient has; a peer that does not match by Patient ID has them. */
const mostStudies = 500

/** Contexts for C-FIND at either root; the study root is asked where the peer has it. */
export const findContexts = [studyRoot.find, patientRoot.find].map((abstractSyntax) => ({ abstractSyntax, transferSyntaxes: [explicitLittleEndian, implicitLittleEndian], peerChooses: true }))

/** The context that is asked. */
export const findContextOf = (association: Association) => {
  const context = association.contextOf(studyRoot.find) ?? association.contextOf(patientRoot.find)
  if (!context) throw new DimseProblem('no-context', 'C-FIND')
  return context
}

const count = (text: string): number | undefined => (/^\d{1,7}$/.test(text) ? Number(text) : undefined)

/** A study as a peer tells it; undefined without a UID. */
const studyOf = (match: Identifier, whose: Whose, known: ReadonlySet<string>): RemoteStudy | undefined => {
  const studyInstanceUid = valueOf(match, '0020000d')
  if (!isUid(studyInstanceUid)) return undefined
  const started = localDateTimeOf(valueOf(match, '00080020'), valueOf(match, '00080030'))
  const instances = count(valueOf(match, '00201208'))
  const id = valueOf(match, '00100020')
  const birthDate = valueOf(match, '00100030')
  const isBornElse = whose.birthDate?.length === 10 && /^\d{8}$/.test(birthDate) && birthDate !== whose.birthDate.replaceAll('-', '')
  return {
    studyInstanceUid,
    description: valueOf(match, '00081030'),
    modalities: valuesOf(match, '00080061').filter((modality) => modality !== ''),
    ...(started !== undefined && { started }),
    accession: valueOf(match, '00080050'),
    ...(instances !== undefined && { instances }),
    dicomPatient: { id, name: displayPersonName(valueOf(match, '00100010')), birthDate },
    known: known.has(studyInstanceUid),
    ...(id !== whose.number ? { mismatch: 'patient-id' as const } : isBornElse ? { mismatch: 'birth-date' as const } : {}),
  }
}

/**
 * Asks a peer for the studies of a patient, by Patient ID alone: names are spelt in many ways, and are only shown.
 * Throws `PeerProblem` and `DimseProblem`.
 *
 * @param known which of these studies the practice has records of
 */
export const findStudies = async (peer: PeerAsk, whose: Whose, known: (uids: readonly string[]) => Promise<ReadonlySet<string>>, signal?: AbortSignal): Promise<RemoteStudies> => {
  const keys = attributesOf({
    '00080052': 'STUDY', '00100020': whose.number, '00100010': '', '00100030': '', '0020000d': '', '00080020': '', '00080030': '', '00080050': '', '00080061': '', '00081030': '', '00201208': '',
  })
  const { matches, more } = await withAssociation({ ...peer, contexts: findContexts, ...(signal && { signal }) }, (association) =>
    find(association, findContextOf(association), keys, mostStudies, signal))
  const here = await known(matches.map((match) => valueOf(match, '0020000d')))
  const studies = new Map<string, RemoteStudy>()
  for (const match of matches) {
    const study = studyOf(match, whose, here)
    if (study && !studies.has(study.studyInstanceUid)) studies.set(study.studyInstanceUid, study)
  }
  return { studies: [...studies.values()].sort((a, b) => (b.started ?? '').localeCompare(a.started ?? '')), more }
}

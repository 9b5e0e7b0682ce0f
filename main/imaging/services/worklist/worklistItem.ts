import type { HumanName, Patient } from 'fhir/r4'
import { systems } from '../../../../shared/records/systems'
import type { ImagingOrderFacts } from '../../../../shared/records/imaging-order/imagingOrder'
import { attributesOf, type Identifier } from '../../../../shared/standards/dicom'

/** A step of the worklist before it is asked for: an order, whom it is for, and who asked. */
export interface ScheduledOrder {
  readonly facts: ImagingOrderFacts
  readonly patient: Patient
  /** The name of the doctor who ordered, where it is known. */
  readonly requester?: HumanName
}

const sexes = { male: 'M', female: 'F', other: 'O', unknown: '' } as const
/** Requested Procedure Priority (0040,1003), defined terms of PS3.3 table C.4-11. */
const priorities = { routine: 'ROUTINE', urgent: 'HIGH', asap: 'HIGH', stat: 'STAT' } as const

/** One component of a name or a value of one line: separators of PN and of values have no place in it (PS3.5 §6.2). */
const plain = (text: string): string => text.replace(/[\\^=\r\n\t\f]+/g, ' ').trim()
const cut = (text: string, characters: number): string => [...plain(text)].slice(0, characters).join('').trim()

/** A name as PN writes it: family, given, middle, prefix, suffix (PS3.5 §6.2.1); the name in one piece where there are no parts. */
export const dicomNameOf = (name: HumanName | undefined): string => {
  if (!name) return ''
  const [given = '', ...middle] = name.given ?? []
  const parts = [name.family ?? (given === '' ? (name.text ?? '') : ''), given, middle.join(' '), (name.prefix ?? []).join(' '), (name.suffix ?? []).join(' ')]
  return cut(parts.map(plain).join('\u0000'), 64).replaceAll('\u0000', '^').replace(/\^+$/, '')
}

/** The patient's number, which becomes Patient ID (0010,0020). */
export const patientNumberOf = (patient: Patient): string => patient.identifier?.find(({ system }) => system === systems.patientNumber)?.value ?? ''

const dateOf = (iso: string | undefined): string => (iso !== undefined && /^\d{4}-\d{2}-\d{2}/.test(iso) ? iso.slice(0, 10).replaceAll('-', '') : '')
const timeOf = (iso: string): string => /T(\d{2}):(\d{2})(?::(\d{2}))?/.exec(iso)?.slice(1).map((part) => part ?? '00').join('') ?? ''

/**
 * An order as a modality reads it from the worklist: every attribute of PS3.4 table K.6-1 of which a clinic's order says
 * anything, and those of type 2 without a value. No order names a station, so the step is scheduled for whoever asks.
 *
 * @param day the day for which an order without a day of its own is planned, YYYY-MM-DD
 * @param station AE title that the step is scheduled for
 */
export const worklistItemOf = ({ facts, patient, requester }: ScheduledOrder, day: string, station: string): Identifier => {
  const scheduled = facts.scheduled ?? day
  const description = cut(facts.what, 64)
  const [name] = patient.name ?? []
  const orderedBy = dicomNameOf(requester)
  return attributesOf({
    '00080050': facts.accession.slice(0, 16),
    '00080090': orderedBy,
    '00081110': [],
    '00081120': [],
    '00100010': dicomNameOf(name),
    '00100020': cut(patientNumberOf(patient), 64),
    '00100021': '',
    '00100030': dateOf(patient.birthDate),
    '00100040': sexes[patient.gender ?? 'unknown'],
    '00101030': '',
    '00102000': cut(facts.note, 64),
    '00102110': '',
    '00104000': facts.note.replaceAll('\\', '/').slice(0, 1024),
    '0020000d': facts.studyInstanceUid,
    '00321032': orderedBy,
    '00321033': '',
    '00321060': description,
    '00321064': [],
    '00380010': '',
    '00380050': '',
    '00380300': '',
    '00380500': '',
    '00401001': facts.accession.slice(0, 16),
    '00401002': cut(facts.reason, 64),
    '00401003': priorities[facts.priority],
    '00401004': '',
    '00402016': facts.accession.slice(0, 16),
    '00403001': '',
    '00400100': [
      attributesOf({
        '00080060': facts.modality,
        '00400001': station,
        '00400002': dateOf(scheduled),
        '00400003': timeOf(scheduled) === '' ? '000000' : timeOf(scheduled),
        '00400006': '',
        '00400007': description,
        '00400008': [],
        '00400009': facts.accession.slice(0, 16),
        '00400010': '',
        '00400011': '',
        '00400012': '',
        '00400020': 'SCHEDULED',
        '00400400': '',
      }),
    ],
  })
}

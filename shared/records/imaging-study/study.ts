import type { Extension, ImagingStudy, ImagingStudySeries } from 'fhir/r4'
import { displayPersonName, type InstanceHeader } from '../../standards/dicom'
import { idIn, referenceTo } from '../systems'

/** Coding system of DICOM's own terms (modalities). */
const dcm = 'http://dicom.nema.org/resources/ontology/DCM'
/** Identifier system of a Study Instance UID; the value is `urn:oid:` and the UID (R4, ImagingStudy.identifier). */
export const studyUidSystem = 'urn:dicom:uid'
/** The patient exactly as the files name them: shown to a person, never used to link. */
const dicomPatientUrl = 'urn:outpost:dicom-patient'
/** Who put the study onto the chart. Absent: the Patient ID is the patient's number. */
const linkedByUrl = 'urn:outpost:linked-by'

/** Where the first of it came from, when nobody imported it. */
const sourceUrl = 'urn:outpost:dicom-source'

/** Where a study came from: `import` by a person; `received` from a modality, by its AE title; `pacs`, the name of the archive that was asked for it. */
export type StudySource = { readonly kind: 'import' } | { readonly kind: 'received' | 'pacs'; readonly from: string }

/** A patient as DICOM files write them. */
export interface DicomPatient {
  readonly id: string
  readonly name: string
  /** YYYYMMDD, or whatever the file has. */
  readonly birthDate: string
}

/** What is counted of a series. */
export interface SeriesCount {
  readonly uid: string
  readonly number?: number
  readonly modality: string
  readonly description: string
  readonly instances: number
}

/** A study that nobody is linked to yet: its subject is only what the files say. */
export const newStudy = (header: InstanceHeader, source: StudySource = { kind: 'import' }): ImagingStudy => ({
  resourceType: 'ImagingStudy',
  status: 'available',
  identifier: [
    { system: studyUidSystem, value: `urn:oid:${header.studyInstanceUid}` },
    ...(header.accession === '' ? [] : [{ type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }] }, value: header.accession }]),
  ],
  subject: { type: 'Patient', identifier: { value: header.patient.id === '' ? 'unknown' : header.patient.id } },
  ...(header.started !== undefined && { started: header.started }),
  ...(header.studyDescription !== '' && { description: header.studyDescription }),
  numberOfSeries: 0,
  numberOfInstances: 0,
  extension: [
    {
      url: dicomPatientUrl,
      extension: [
        { url: 'id', valueString: header.patient.id },
        { url: 'name', valueString: displayPersonName(header.patient.name) },
        { url: 'birthDate', valueString: header.patient.birthDate },
      ].filter(({ valueString }) => valueString !== ''),
    },
    ...(source.kind === 'import' ? [] : [{ url: sourceUrl, extension: [{ url: 'kind', valueCode: source.kind }, { url: 'from', valueString: source.from }] }]),
  ],
})

/** The study as it is after a look at what is stored; never counts less than is recorded (another workstation may hold more). */
export const withSeries = (study: ImagingStudy, counted: readonly SeriesCount[]): ImagingStudy => {
  const recorded = new Map((study.series ?? []).map((series) => [series.uid, series]))
  for (const series of counted) {
    recorded.set(series.uid, {
      uid: series.uid,
      modality: { system: dcm, code: series.modality === '' ? 'OT' : series.modality },
      ...(series.number !== undefined && Number.isInteger(series.number) && series.number >= 0 && { number: series.number }),
      ...(series.description !== '' && { description: series.description }),
      numberOfInstances: Math.max(series.instances, recorded.get(series.uid)?.numberOfInstances ?? 0),
    })
  }
  const series: ImagingStudySeries[] = [...recorded.values()].sort((a, b) => (a.number ?? Infinity) - (b.number ?? Infinity) || (a.uid < b.uid ? -1 : 1))
  return {
    ...study,
    series,
    modality: [...new Set(series.map(({ modality }) => modality.code ?? 'OT'))].sort().map((code) => ({ system: dcm, code })),
    numberOfSeries: series.length,
    numberOfInstances: series.reduce((sum, { numberOfInstances }) => sum + (numberOfInstances ?? 0), 0),
  }
}

/** The study on a patient's chart. `by`: the person who decided; absent when the Patient ID is the patient's number. */
export const linkedTo = (study: ImagingStudy, patient: string, by?: { readonly practitioner: string; readonly name: string }): ImagingStudy => ({
  ...study,
  subject: referenceTo('Patient', patient),
  extension: [
    ...(study.extension ?? []).filter(({ url }) => url !== linkedByUrl),
    ...(by ? [{ url: linkedByUrl, valueReference: referenceTo('Practitioner', by.practitioner, by.name) }] : []),
  ],
})

/** Id of the patient on whose chart the study is; undefined while it waits. */
export const patientOf = (study: ImagingStudy): string | undefined => idIn(study.subject, 'Patient')

/** Study Instance UID. */
export const studyUidOf = (study: ImagingStudy): string =>
  study.identifier?.find(({ system }) => system === studyUidSystem)?.value?.replace(/^urn:oid:/, '') ?? ''

/** The patient as the files name them. */
export const dicomPatientOf = (study: ImagingStudy): DicomPatient => {
  const parts: readonly Extension[] = study.extension?.find(({ url }) => url === dicomPatientUrl)?.extension ?? []
  const part = (url: string): string => parts.find((each) => each.url === url)?.valueString ?? ''
  return { id: part('id'), name: part('name'), birthDate: part('birthDate') }
}

/** Name of the person who put the study onto the chart. */
export const linkedByOf = (study: ImagingStudy): string | undefined => study.extension?.find(({ url }) => url === linkedByUrl)?.valueReference?.display

/** Where the first of it came from; undefined when somebody imported it. */
export const sourceOf = (study: ImagingStudy): StudySource | undefined => {
  const parts: readonly Extension[] = study.extension?.find(({ url }) => url === sourceUrl)?.extension ?? []
  const [kind, from] = [parts.find(({ url }) => url === 'kind')?.valueCode, parts.find(({ url }) => url === 'from')?.valueString]
  return (kind === 'received' || kind === 'pacs') && from !== undefined ? { kind, from } : undefined
}

/** The accession number that the files carry. */
export const accessionOf = (study: ImagingStudy): string | undefined => study.identifier?.find(({ type }) => type?.coding?.[0]?.code === 'ACSN')?.value

/**
 * Whether files of that DICOM patient belong onto that chart without anybody being asked: the Patient ID is the
 * patient's number, and the birth dates, where both are full dates, do not contradict. Names are never compared.
 */
export const belongsTo = (dicom: DicomPatient, patient: { readonly numbers: readonly string[]; readonly birthDate?: string }): boolean => {
  const id = dicom.id.trim()
  if (id === '' || !patient.numbers.includes(id)) return false
  const born = /^(\d{4})(\d{2})(\d{2})$/.exec(dicom.birthDate)
  return !born || patient.birthDate?.length !== 10 || patient.birthDate === `${born[1]}-${born[2]}-${born[3]}`
}

import type { DiagnosticReport, Extension } from 'fhir/r4'
import { narrativeOf, textOfNarrative } from '../composition/note'
import { replacedReportsOf, replacingReport } from '../diagnostic-report/verification'
import { idIn, referenceTo, systems, thingsIn } from '../systems'

/** Diagnostic service section `RAD` (HL7 v2 table 0074): what tells an imaging report from a laboratory's. */
const radiology = { system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'RAD' }
/** LOINC, Diagnostic imaging study. */
const imagingStudyCode = '18748-4'
const sectionsUrl = 'urn:outpost:imaging-report'
const addendumUrl = 'urn:outpost:imaging-report-addendum'
const keyImageUrl = 'urn:outpost:key-image'
const withdrawnUrl = 'urn:outpost:imaging-report-withdrawn'

/** Addresses of the extensions of an imaging report. */
export const imagingReportExtensions: readonly string[] = [sectionsUrl, addendumUrl, keyImageUrl, withdrawnUrl]

/** The parts of a report, in the order in which they are read. */
export const reportSections = ['technique', 'findings', 'impression'] as const
export type ReportSection = (typeof reportSections)[number]
/** What is written in each; a part may be empty. */
export type ReportText = Readonly<Record<ReportSection, string>>

/** A picture that a report rests on. */
export interface KeyImage {
  readonly studyInstanceUid: string
  readonly seriesInstanceUid: string
  readonly sopInstanceUid: string
  /** From 1; absent for an instance of one frame. */
  readonly frame?: number
  /** Window in stored units after rescale, as it was read; absent: as in the file. */
  readonly window?: { readonly centre: number; readonly width: number }
  /** In words of the reader. */
  readonly caption: string
}

/** What was added to a report after it was signed. */
export interface Addendum {
  readonly text: string
  /** Practitioner id. */
  readonly by: string
  /** ISO instant. */
  readonly at: string
}

/** A report as it is signed. */
export interface ImagingReportTold {
  /** Patient id. */
  readonly subject: string
  /** Order that it answers, where there is one. */
  readonly order?: string
  readonly accession?: string
  /** Ids of the ImagingStudy records that were read. */
  readonly studies: readonly string[]
  /** What was examined: `CT Head`. */
  readonly title: string
  readonly text: ReportText
  readonly keyImages: readonly KeyImage[]
  /** Practitioner id of the person who signs. */
  readonly signer: string
  /** ISO instant. */
  readonly issued: string
}

const textPart = (url: string, value: string): Extension[] => (value === '' ? [] : [{ url, valueString: value }])

const keyImagePart = ({ studyInstanceUid, seriesInstanceUid, sopInstanceUid, frame, window, caption }: KeyImage): Extension => ({
  url: keyImageUrl,
  extension: [
    { url: 'study', valueString: studyInstanceUid },
    { url: 'series', valueString: seriesInstanceUid },
    { url: 'instance', valueString: sopInstanceUid },
    ...(frame === undefined ? [] : [{ url: 'frame', valueInteger: frame }]),
    ...(window === undefined ? [] : [{ url: 'centre', valueDecimal: window.centre }, { url: 'width', valueDecimal: window.width }]),
    ...textPart('caption', caption),
  ],
})

/** The signed report as a record. What it says stands as a narrative too, for whoever does not know our parts. */
export const imagingReportOf = (told: ImagingReportTold): DiagnosticReport => ({
  resourceType: 'DiagnosticReport',
  status: 'final',
  ...(told.accession !== undefined && { identifier: [{ system: systems.accession, value: told.accession }] }),
  ...(told.order !== undefined && { basedOn: [referenceTo('ServiceRequest', told.order)] }),
  category: [{ coding: [radiology] }],
  code: { coding: [{ system: systems.loinc, code: imagingStudyCode, display: 'Diagnostic imaging study' }], text: told.title },
  subject: referenceTo('Patient', told.subject),
  effectiveDateTime: told.issued,
  issued: told.issued,
  resultsInterpreter: [referenceTo('Practitioner', told.signer)],
  imagingStudy: told.studies.map((study) => referenceTo('ImagingStudy', study)),
  ...(told.text.impression !== '' && { conclusion: told.text.impression }),
  text: { status: 'generated', div: narrativeOf(reportSections.map((section) => told.text[section]).filter((each) => each !== '').join('\n\n')) },
  extension: [
    { url: sectionsUrl, extension: reportSections.flatMap((section) => textPart(section, told.text[section])) },
    ...told.keyImages.map(keyImagePart),
  ],
})

/** Whether a report is about images, not from the laboratory. */
export const isImagingReport = (report: DiagnosticReport): boolean =>
  thingsIn(report.category).some(({ coding }) => thingsIn(coding).some(({ system, code }) => system === radiology.system && code === radiology.code))

/** The next version of a signed report: every word of it, and what was added. `id`: of the version in whose place it stands. */
export const withAddendum = (report: DiagnosticReport, id: string, addendum: Addendum): DiagnosticReport => {
  const { id: _earlier, ...rest } = report
  const before = textOfNarrative(report.text?.div ?? '')
  return replacingReport(
    {
      ...rest,
      status: 'appended',
      issued: addendum.at,
      resultsInterpreter: [referenceTo('Practitioner', addendum.by)],
      text: { status: 'generated', div: narrativeOf(`${before}\n\n${addendum.text}`) },
      extension: [
        ...(report.extension ?? []),
        {
          url: addendumUrl,
          extension: [{ url: 'text', valueString: addendum.text }, { url: 'by', valueReference: referenceTo('Practitioner', addendum.by) }, { url: 'at', valueInstant: addendum.at }],
        },
      ],
    },
    id,
  )
}

/** The next version of a report that should not be: it says so, why, and who says it; what it said stays readable. */
export const withdrawnReport = (report: DiagnosticReport, id: string, { text: why, by, at }: Addendum): DiagnosticReport => {
  const { id: _earlier, ...rest } = report
  const said: Extension = { url: withdrawnUrl, extension: [{ url: 'why', valueString: why }, { url: 'by', valueReference: referenceTo('Practitioner', by) }, { url: 'at', valueInstant: at }] }
  return replacingReport({ ...rest, status: 'entered-in-error', issued: at, extension: [...(report.extension ?? []), said] }, id)
}

/** What a chart shows of an imaging report. */
export interface ImagingReportFacts {
  readonly title: string
  readonly accession: string
  /** Order that it answers. */
  readonly order?: string
  readonly studies: readonly string[]
  readonly text: ReportText
  readonly keyImages: readonly KeyImage[]
  readonly addenda: readonly Addendum[]
  /** Practitioner id of the one who signed this version; empty where it came from elsewhere. */
  readonly signer: string
  readonly issued: string
  /** Version in whose place it stands. */
  readonly replaces: readonly string[]
  /** It is no report: why, who said so, and when. */
  readonly withdrawn?: Addendum
}

/** Reads an imaging report; of one from elsewhere, its conclusion and its narrative. */
export const imagingReportFacts = (report: DiagnosticReport): ImagingReportFacts => {
  const parts = report.extension?.find(({ url }) => url === sectionsUrl)?.extension
  const said = (section: ReportSection): string => parts?.find(({ url }) => url === section)?.valueString ?? ''
  const order = idIn(report.basedOn?.[0], 'ServiceRequest')
  const withdrawn = report.extension?.find(({ url }) => url === withdrawnUrl)?.extension
  return {
    title: report.code.text ?? '',
    accession: report.identifier?.find(({ system }) => system === systems.accession)?.value ?? '',
    ...(order !== undefined && { order }),
    studies: (report.imagingStudy ?? []).map((each) => idIn(each, 'ImagingStudy')).filter((id) => id !== undefined),
    text: parts
      ? { technique: said('technique'), findings: said('findings'), impression: said('impression') }
      : { technique: '', findings: textOfNarrative(report.text?.div ?? ''), impression: report.conclusion ?? '' },
    keyImages: (report.extension ?? []).filter(({ url }) => url === keyImageUrl).map(({ extension = [] }) => keyImageIn(extension)),
    addenda: (report.extension ?? []).filter(({ url }) => url === addendumUrl).map(({ extension = [] }) => saidIn(extension, 'text')),
    signer: idIn(report.resultsInterpreter?.[0], 'Practitioner') ?? '',
    issued: report.issued ?? report.effectiveDateTime ?? '',
    replaces: replacedReportsOf(report),
    ...(withdrawn && { withdrawn: saidIn(withdrawn, 'why') }),
  }
}

const saidIn = (parts: readonly Extension[], words: string): Addendum => ({
  text: parts.find(({ url }) => url === words)?.valueString ?? '',
  by: idIn(parts.find(({ url }) => url === 'by')?.valueReference, 'Practitioner') ?? '',
  at: parts.find(({ url }) => url === 'at')?.valueInstant ?? '',
})

const keyImageIn = (parts: readonly Extension[]): KeyImage => {
  const text = (url: string): string => parts.find((each) => each.url === url)?.valueString ?? ''
  const frame = parts.find(({ url }) => url === 'frame')?.valueInteger
  const [centre, width] = ['centre', 'width'].map((name) => parts.find(({ url }) => url === name)?.valueDecimal)
  return {
    studyInstanceUid: text('study'),
    seriesInstanceUid: text('series'),
    sopInstanceUid: text('instance'),
    ...(frame !== undefined && { frame }),
    ...(centre !== undefined && width !== undefined && { window: { centre, width } }),
    caption: text('caption'),
  }
}

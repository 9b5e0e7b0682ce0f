import { useContext } from 'react'
import type { EncapsulatedDocument, Reference } from '../../../../shared/standards/dicom'
import { Fact, FactList, Notice, ProblemNotice, Waiting } from '../../../components'
import { findImage, ImageOpenerContext } from '../viewer/imageOpener'
import type { PaneContext } from '../viewer/parts'
import { filesNameAnother, inFileWords, nameOfStudy, t, whenOf } from '../words'
import { Apart } from './Apart'
import { WaveformView } from './ecg/WaveformView'
import { endWords } from './endWords'
import { PdfView } from './pdf/PdfView'
import { ReportView } from './report/ReportView'
import { useReading } from './useReading'
import { d } from './words'
import './documents.css'

/** A report, a curve or a document in its place of the stack; nothing of it is an image. */
export const DocumentView = ({ pane }: { readonly pane: PaneContext }) =>
  pane.place ? <Instance key={pane.place.sopInstanceUid} pane={pane} instance={pane.place.sopInstanceUid} /> : null

const Instance = ({ pane, instance }: { readonly pane: PaneContext; readonly instance: string }) => {
  const file = useReading({ patient: pane.patient.id, study: pane.study.id, instance })
  const ends = endWords(file)
  const { series, show } = useContext(ImageOpenerContext)
  const imageOf = ({ sopInstanceUid, frames }: Reference) => {
    const image = findImage(series, sopInstanceUid, frames)
    return image && { number: image.place + 1, show: () => show(image) }
  }
  return (
    <Apart className="document" data-document={file.document?.kind ?? (file.isUnreadable ? 'unreadable' : 'opening')}>
      <p className="faint">
        {nameOfStudy(pane.study)} · {whenOf(pane.study.started)}
        {filesNameAnother(pane.study, pane.patient.family) ? ` · ${t('viewer.inFile', { words: inFileWords(pane.study) })}` : ''}
      </p>
      {file.problem ? <ProblemNotice problem={file.problem} onAgain={file.again} /> : null}
      {file.isUnreadable ? <Notice tone="abnormal" title={d('unreadable')}><p>{d('unreadable.text')}</p></Notice> : null}
      {!file.document && !file.problem && !file.isUnreadable ? <Waiting>{d('opening')}</Waiting> : null}
      {ends ? <Notice tone="abnormal" title={ends} /> : null}
      {file.document?.kind === 'report' ? <ReportView report={file.document.report} findImage={imageOf} /> : null}
      {file.document?.kind === 'waveform' ? <WaveformView waveform={file.document.waveform} /> : null}
      {file.document?.kind === 'encapsulated' ? <Encapsulated document={file.document.document} isWhole={file.leftAway === 'nothing'} /> : null}
      {file.document?.kind === 'none' ? <Notice tone="abnormal" title={d('none')}><p>{d('none.text')}</p></Notice> : null}
    </Apart>
  )
}

const Encapsulated = ({ document: { form, bytes, title, mimeType }, isWhole }: { readonly document: EncapsulatedDocument; readonly isWhole: boolean }) => {
  if (form === 'pdf' && isWhole) return <PdfView bytes={bytes} title={title} />
  return (
    <Notice tone="abnormal" title={form === 'pdf' ? d('end.rest') : d(form)}>
      <FactList>
        {title === '' ? null : <Fact name={d('other.title')}>{title}</Fact>}
        {mimeType === '' ? null : <Fact name={d('other.type')}>{mimeType}</Fact>}
        <Fact name={d('other.size')}>{d('other.kilobytes', { kilobytes: Math.ceil(bytes.length / 1000) })}</Fact>
      </FactList>
      <p>{d('other.kept')}</p>
    </Notice>
  )
}

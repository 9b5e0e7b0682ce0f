import { useEffect, useState } from 'react'
import type { ImagingReportEntry, InstanceEntry, KeyImage, PatientSummary } from '../../../../shared/contract'
import { clinic } from '../../../client'
import { drawnOf, type Drawn } from '../export/drawn'
import { PrintedSheet } from '../export/PrintedSheet'
import { ReportWords } from './ReportText'
import { r } from './words'

type Address = Pick<InstanceEntry, 'url' | 'frames' | 'byFrame'>

/** Why a report is not printed. `no-images`: its key images are not here. `failed`: one of them could not be drawn. */
export type PrintFailure = 'no-images' | 'failed'

interface Props {
  readonly patient: Pick<PatientSummary, 'id' | 'family' | 'given' | 'number'>
  readonly report: ImagingReportEntry
  /** Without its key images. */
  readonly wordsAlone: boolean
  readonly onPrinted: () => void
  readonly onFailed: (why: PrintFailure) => void
}

/** Where the key images of a report can be fetched, for this session; undefined where one of them is not on this workstation. */
const addressesOf = async (patient: string, report: ImagingReportEntry): Promise<ReadonlyMap<string, Address> | undefined> => {
  const addresses = new Map<string, Address>()
  for (const study of report.studies) {
    const answer = await clinic.openStudy({ patient, study })
    if (!answer.ok) continue
    for (const { instances } of answer.value.series) for (const instance of instances) addresses.set(instance.sopInstanceUid, instance)
  }
  return report.keyImages.every(({ sopInstanceUid }) => addresses.has(sopInstanceUid)) ? addresses : undefined
}

/** A report on letterhead with its key images, pixel for pixel, in the window in which they were read. */
export const ReportPrint = ({ patient, report, wordsAlone, onPrinted, onFailed }: Props) => {
  const [drawn, setDrawn] = useState<readonly (KeyImage & Drawn)[] | undefined>(wordsAlone || report.keyImages.length === 0 ? [] : undefined)
  useEffect(() => {
    if (drawn) return
    let gone = false
    const draw = async () => {
      const addresses = await addressesOf(patient.id, report)
      if (gone) return
      if (!addresses) return onFailed('no-images')
      const pictures: (KeyImage & Drawn)[] = []
      for (const image of report.keyImages) {
        const { url, frames, byFrame }: Address = addresses.get(image.sopInstanceUid) ?? { url: '', frames: 1 }
        const picture = { sopInstanceUid: image.sopInstanceUid, url, ...(frames > 1 && { frame: image.frame ?? 1 }), ...(byFrame && { byFrame }) }
        pictures.push({ ...image, ...(await drawnOf({ picture, ...(image.window && { window: image.window }) })) })
      }
      if (!gone) setDrawn(pictures)
    }
    draw().catch(() => {
      if (!gone) onFailed('failed')
    })
    return () => {
      gone = true
    }
  }, [drawn, onFailed, patient.id, report])
  if (!drawn) return null
  return (
    <PrintedSheet patient={patient} title={[report.title, report.accession].filter(Boolean).join(' · ')} onPrinted={onPrinted}>
      <ReportWords report={report} />
      {drawn.length > 0 ? (
        <div className="printed-page" data-on-page="4">
          {drawn.map(({ sopInstanceUid, frame, url, aspect, caption }, index) => (
            <figure key={`${sopInstanceUid} ${frame ?? 1}`}>
              <img src={url} alt="" style={{ aspectRatio: String(aspect) }} />
              <figcaption>{[r('keyImages.printed', { number: index + 1 }), caption].filter(Boolean).join(' · ')}</figcaption>
            </figure>
          ))}
        </div>
      ) : null}
    </PrintedSheet>
  )
}

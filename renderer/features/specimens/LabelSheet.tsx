import { useEffect } from 'react'
import { createPortal } from 'react-dom'
import type { LabOrderEntry, PatientSummary } from '../../../shared/contract'
import { specimenKindOf } from '../../../shared/records/lab-catalogue/catalogue'
import { displayName } from '../../../shared/records/patient/name'
import { shell } from '../../client'
import { formatDate, formatDayTime } from '../../components'
import type { DrawnBars } from './lineCode'
import { t } from './words'
import './label.css'

/** What goes onto one tube. */
export interface TubeLabel {
  readonly accession: string
  readonly orders: readonly LabOrderEntry[]
  readonly drawn: DrawnBars
}

interface Props {
  readonly patient: PatientSummary
  readonly labels: readonly TubeLabel[]
  /** They went to the printer, or the person left the print dialog. */
  readonly onPrinted: () => void
}

/** Labels of 50 × 25 mm, one a page: not on the screen, only on paper. They print themselves. */
export const LabelSheet = ({ patient, labels, onPrinted }: Props) => {
  useEffect(() => {
    let gone = false
    const left = () => gone || onPrinted()
    void shell.print().then(left, left)
    return () => {
      gone = true
    }
  }, [onPrinted])
  return createPortal(
    <div className="tube-labels" aria-hidden="true">
      {labels.map((label) => (
        <Label key={label.accession} patient={patient} label={label} />
      ))}
    </div>,
    document.body,
  )
}

const Label = ({ patient, label: { accession, orders, drawn } }: { readonly patient: PatientSummary; readonly label: TubeLabel }) => {
  const [first] = orders
  return (
    <div className="tube-label">
      <div className="tube-label-name">
        <strong>
          <bdi>{displayName(patient)}</bdi>
        </strong>
      </div>
      <div>
        {[patient.number, ...(patient.birthDate === undefined ? [] : [t('label.born', { date: formatDate(patient.birthDate) })])].join(' · ')}
      </div>
      <svg viewBox={drawn.box} preserveAspectRatio="none" shapeRendering="crispEdges">
        {drawn.bars.map(({ width, path }) => (
          <path key={width} d={path} stroke="#000" strokeWidth={width} />
        ))}
      </svg>
      <div className="tube-label-number" dir="ltr">
        {accession}
      </div>
      <div className="tube-label-small">
        {specimenKindOf(first?.specimen ?? '').name} · {orders.map(({ test }) => test).join(', ')}
      </div>
      <div className="tube-label-small">
        {first ? t('label.ordered', { at: formatDayTime(first.at) }) : ''} {orders.some(({ priority }) => priority === 'stat') ? t('priority.stat') : ''}
      </div>
    </div>
  )
}

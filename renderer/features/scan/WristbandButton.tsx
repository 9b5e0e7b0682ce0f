import { useEffect, useState } from 'react'
import { createPortal } from 'react-dom'
import type { PatientSummary, WristbandPrint } from '../../../shared/contract'
import { displayName } from '../../../shared/records/patient/name'
import { shell, useAct } from '../../client'
import { Button, formatDate, ProblemNotice } from '../../components'
import { drawQrCode, type DrawnCode } from './qrCode'
import { t } from './words'
import './wristband.css'

/** Prints the wristband of a patient: name, birth date, number, and the code that opens the chart. */
export const WristbandButton = ({ patient }: { readonly patient: Pick<PatientSummary, 'id' | 'family' | 'given'> }) => {
  const [print, { busy, problem }] = useAct('printWristband')
  const [band, setBand] = useState<WristbandPrint & { readonly drawn: DrawnCode }>()
  const start = async () => {
    const answer = await print({ patient: patient.id })
    if (answer.ok) setBand({ ...answer.value, drawn: await drawQrCode(answer.value.code) })
  }
  return (
    <>
      <Button busy={busy} aria-label={t('print.of', { name: displayName(patient) })} onClick={() => void start()}>
        {t('print')}
      </Button>
      {problem ? <ProblemNotice problem={problem} /> : null}
      {band ? <Band band={band} onPrinted={() => setBand(undefined)} /> : null}
    </>
  )
}

const Band = ({ band: { patient, drawn }, onPrinted }: { readonly band: WristbandPrint & { readonly drawn: DrawnCode }; readonly onPrinted: () => void }) => {
  useEffect(() => {
    let gone = false
    void shell.print().then(() => !gone && onPrinted())
    return () => {
      gone = true
    }
  }, [onPrinted])
  return createPortal(
    <div className="wristband" aria-hidden="true">
      <svg className="qr" viewBox={drawn.box} shapeRendering="crispEdges">
        {drawn.paths.map((path) => (
          <path key={path} d={path} fill="#000" />
        ))}
      </svg>
      <div>
        <strong>
          <bdi>{displayName(patient)}</bdi>
        </strong>
        <div>
          {patient.birthDate === undefined ? '' : `${t('born', { date: formatDate(patient.birthDate) })} · `}
          {patient.number}
        </div>
      </div>
    </div>,
    document.body,
  )
}

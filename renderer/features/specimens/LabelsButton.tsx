import { useCallback, useState } from 'react'
import type { LabOrderEntry, PatientSummary } from '../../../shared/contract'
import { useWho } from '../../client'
import { Button } from '../../components'
import { LabelSheet, type TubeLabel } from './LabelSheet'
import { drawLineCode } from './lineCode'
import { t } from './words'

/** Prints the labels of the tubes of some orders of one patient. */
export const LabelsButton = ({ patient, orders }: { readonly patient: PatientSummary; readonly orders: readonly LabOrderEntry[] }) => {
  const may = useWho()?.actions ?? []
  const [labels, setLabels] = useState<readonly TubeLabel[]>()
  const [busy, setBusy] = useState(false)
  // The same at every drawing: a list that refreshes while the print dialog is open prints nothing twice.
  const printed = useCallback(() => setLabels(undefined), [])
  const accessions = [...new Set(orders.map(({ accession }) => accession).filter((accession) => accession !== ''))]
  const start = async () => {
    setBusy(true)
    try {
      setLabels(await Promise.all(accessions.map(async (accession) => ({ accession, orders: orders.filter((order) => order.accession === accession), drawn: await drawLineCode(accession) }))))
    } finally {
      setBusy(false)
    }
  }
  if (accessions.length === 0 || !(may.includes('specimen.collect') || may.includes('order.write'))) return null
  return (
    <>
      <Button busy={busy || labels !== undefined} onClick={() => void start()} aria-label={accessions.length === 1 ? t('label.label', { accession: accessions[0]! }) : undefined}>
        {accessions.length === 1 ? t('label') : t('labels', { count: accessions.length })}
      </Button>
      {labels ? <LabelSheet patient={patient} labels={labels} onPrinted={printed} /> : null}
    </>
  )
}

import { useState } from 'react'
import type { PatientSummary, ScoredAs } from '../../../shared/contract'
import { useWho } from '../../client'
import { Button, Notice } from '../../components'
import { ScoredAsDialog } from './ScoredAsDialog'
import { lapsedWords, t } from './words'

/** That a pregnancy was said so long ago that it must be over, and how to say how it is now; nothing otherwise. */
export const PregnancyLapsed = ({ patient, scoredAs }: { readonly patient: PatientSummary; readonly scoredAs: ScoredAs }) => {
  const may = useWho()?.actions.includes('vitals.write') ?? false
  const [asking, setAsking] = useState(false)
  if (scoredAs.pregnancy !== 'lapsed' || !scoredAs.pregnancySaid || patient.gender === 'male') return null
  return (
    <>
      <Notice tone="info" title={lapsedWords(scoredAs.pregnancySaid)} actions={may ? <Button onClick={() => setAsking(true)}>{t('pregnancy.ask')}</Button> : undefined} />
      {asking ? <ScoredAsDialog patient={patient} scoredAs={scoredAs} onClose={() => setAsking(false)} /> : null}
    </>
  )
}

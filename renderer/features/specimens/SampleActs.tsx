import { useState } from 'react'
import type { LabOrderEntry, PatientSummary } from '../../../shared/contract'
import { displayName } from '../../../shared/records/patient/name'
import { useAct, useWho } from '../../client'
import { Button, ProblemNotice, say } from '../../components'
import { RejectDialog } from './RejectDialog'
import { t } from './words'

interface Props {
  readonly patient: PatientSummary
  readonly order: Pick<LabOrderEntry, 'accession' | 'steps' | 'stage' | 'test'>
}

/** What can be done next with the tube of an order: taken, brought to the laboratory, sent back. */
export const SampleActs = ({ patient, order: { accession, steps, stage, test } }: Props) => {
  const may = useWho()?.actions ?? []
  const [collect, collecting] = useAct('collectSpecimens')
  const [receive, receiving] = useAct('receiveSpecimens')
  const [rejecting, setRejecting] = useState(false)
  const isDone = (step: 'collected' | 'in-lab') => steps.some((each) => each.step === step && each.at !== undefined)
  const isBefore = stage === 'ordered' || stage === 'collected' || stage === 'in-lab'
  const problem = collecting.problem ?? receiving.problem
  return (
    <>
      {may.includes('specimen.collect') && stage === 'ordered' ? (
        <Button
          busy={collecting.busy}
          aria-label={t('collect.label', { accession, name: displayName(patient) })}
          onClick={async () => {
            if ((await collect({ patient: patient.id, accessions: [accession] })).ok) say(t('collect.said', { accession }))
          }}
        >
          {t('collect')}
        </Button>
      ) : null}
      {may.includes('specimen.receive') && stage === 'collected' && !isDone('in-lab') ? (
        <Button
          busy={receiving.busy}
          aria-label={t('receive.label', { accession })}
          onClick={async () => {
            if ((await receive({ accessions: [accession] })).ok) say(t('receive.said', { accession }))
          }}
        >
          {t('receive')}
        </Button>
      ) : null}
      {may.includes('specimen.receive') && isBefore && isDone('collected') ? (
        <Button kind="quiet" aria-label={t('reject.label', { accession })} onClick={() => setRejecting(true)}>
          {t('reject')}
        </Button>
      ) : null}
      {problem ? <ProblemNotice problem={problem} /> : null}
      {rejecting ? <RejectDialog patient={patient} accession={accession} tests={[test]} onClose={() => setRejecting(false)} /> : null}
    </>
  )
}

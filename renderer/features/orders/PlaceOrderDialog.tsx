import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { results as words } from '../../../resources/locales/en/results'
import type { OrderEntry, PatientSummary } from '../../../shared/contract'
import { newKey, useAct } from '../../client'
import { Button, Dialog, ProblemNotice, TextField, useDraft, wording } from '../../components'
import { nameOf } from '../patients'
import { Accession } from './OrderList'

const t = wording(words)
const often = ['test.full-blood-count', 'test.malaria', 'test.glucose', 'test.renal', 'test.urine'] as const

interface Props {
  readonly patient: PatientSummary
  readonly onClose: () => void
}

/** Orders a test for one named patient and answers the number for the tube. */
export const PlaceOrderDialog = ({ patient, onClose }: Props) => {
  const [draft, setDraft, clear] = useDraft(`order:${patient.id}`, () => ({ key: newKey(), test: '' }))
  const [tried, setTried] = useState(false)
  const [placed, setPlaced] = useState<OrderEntry | null>(null)
  const [place, { busy, problem }] = useAct('placeOrder')
  const save = async () => {
    if (placed) return onClose()
    setTried(true)
    if (!draft.test.trim() || busy) return
    const answer = await place({ key: draft.key, patient: patient.id, test: draft.test })
    if (!answer.ok) return
    clear()
    setTried(false)
    setPlaced(answer.value)
  }
  return (
    <Dialog
      title={`${t('order.title')} · ${nameOf(patient)}`}
      closeLabel={common.close}
      onClose={onClose}
      onSubmit={() => void save()}
      foot={
        <>
          <span className="spread" />
          {placed ? (
            <>
              <Button
                onClick={() => {
                  setDraft({ key: newKey(), test: '' })
                  setPlaced(null)
                }}
              >
                {t('order.another')}
              </Button>
              <Button kind="main" onClick={onClose} autoFocus>
                {common.close}
              </Button>
            </>
          ) : (
            <Button kind="main" type="submit" busy={busy} keys="Ctrl+Enter">
              {t('order.save')}
            </Button>
          )}
        </>
      }
    >
      {placed ? (
        <div className="order-placed" role="status">
          <strong>{placed.test}</strong>
          <p>{t('order.placed')}</p>
          <Accession accession={placed.accession} />
          <p className="faint">{t('order.placed.text')}</p>
        </div>
      ) : (
        <div className="stack">
          {problem ? <ProblemNotice problem={problem} /> : null}
          <TextField
            label={t('order.test')}
            value={draft.test}
            maxLength={200}
            onText={(test) => setDraft((before) => ({ ...before, test }))}
            error={tried && !draft.test.trim() ? t('order.fault') : undefined}
            data-autofocus
          />
          <div>
            <div className="field-label">{t('order.common')}</div>
            <div className="order-often">
              {often.map((id) => (
                <Button key={id} aria-pressed={draft.test === t(id)} onClick={() => setDraft((before) => ({ ...before, test: t(id) }))}>
                  {t(id)}
                </Button>
              ))}
            </div>
          </div>
        </div>
      )}
    </Dialog>
  )
}

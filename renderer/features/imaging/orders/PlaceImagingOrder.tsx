import { useState } from 'react'
import { common } from '../../../../resources/locales/en/common'
import { orderedModalities, orderPriorities, type ImagingOrderEntry, type Laterality, type OrderedModality, type OrderPriority } from '../../../../shared/contract'
import { newKey, useAct, useAnswer } from '../../../client'
import { Button, Choice, Dialog, Notice, ProblemNotice, SelectField, TextField, useDraft } from '../../../components'
import { o, personWords } from './words'

interface Draft {
  readonly key: string
  readonly modality: OrderedModality
  readonly bodyPart: string
  readonly laterality: Laterality | 'none'
  readonly reason: string
  readonly priority: OrderPriority
  readonly scheduled: string
  readonly note: string
}
const empty = (): Draft => ({ key: newKey(), modality: 'DX', bodyPart: '', laterality: 'none', reason: '', priority: 'routine', scheduled: '', note: '' })

/** Orders images for one named patient, and answers the accession number. */
export const PlaceImagingOrder = ({ patient, onClose }: { readonly patient: string; readonly onClose: () => void }) => {
  const { value: banner } = useAnswer('readBanner', { patient })
  const [draft, setDraft, clear] = useDraft(`imaging-order:${patient}`, empty)
  const [tried, setTried] = useState(false)
  const [placed, setPlaced] = useState<ImagingOrderEntry>()
  const [place, { busy, problem }] = useAct('placeImagingOrder')
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }))
  const save = async () => {
    if (placed) return onClose()
    setTried(true)
    if (draft.bodyPart.trim() === '') return document.getElementById('imaging-order-part')?.focus()
    if (draft.reason.trim() === '') return document.getElementById('imaging-order-reason')?.focus()
    if (busy) return
    const { laterality, scheduled, note, ...told } = draft
    const answer = await place({ ...told, patient, ...(laterality !== 'none' && { laterality }), ...(scheduled !== '' && { scheduled }), ...(note.trim() !== '' && { note }) })
    if (!answer.ok) return
    clear()
    setPlaced(answer.value)
  }
  const title = banner ? `${o('order.title')} ${o('order.for', { patient: personWords(banner.patient) })}` : o('order.title')
  return (
    <Dialog
      title={title}
      width={680}
      closeLabel={common.close}
      onClose={onClose}
      onSubmit={() => void save()}
      foot={
        <>
          <span className="spread" />
          <Button kind="main" type="submit" busy={busy} keys="Ctrl+Enter">
            {placed ? common.close : o('order.save')}
          </Button>
        </>
      }
    >
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        {placed ? (
          <Notice tone="done" role="status" title={o('order.placed', { accession: placed.accession })}>
            <p>{placed.what}</p>
            <p>{o('order.placed.text')}</p>
          </Notice>
        ) : (
          <>
            <SelectField label={o('order.modality')} value={draft.modality} options={orderedModalities.map((value) => ({ value, label: modalityWords[value] }))} onChoose={(modality) => change({ modality })} data-autofocus />
            <TextField
              id="imaging-order-part"
              label={o('order.bodyPart')}
              hint={o('order.bodyPart.hint')}
              value={draft.bodyPart}
              maxLength={200}
              onText={(bodyPart) => change({ bodyPart })}
              error={tried && draft.bodyPart.trim() === '' ? o('order.fault.bodyPart') : undefined}
            />
            <Choice label={o('order.laterality')} value={draft.laterality} options={(['none', 'left', 'right', 'both'] as const).map((value) => ({ value, label: o(`order.laterality.${value}`) }))} onChoose={(laterality) => change({ laterality })} />
            <TextField
              id="imaging-order-reason"
              label={o('order.reason')}
              hint={o('order.reason.hint')}
              value={draft.reason}
              maxLength={200}
              onText={(reason) => change({ reason })}
              error={tried && draft.reason.trim() === '' ? o('order.fault.reason') : undefined}
            />
            <Choice label={o('order.priority')} value={draft.priority} options={orderPriorities.map((value) => ({ value, label: o(`priority.${value}`) }))} onChoose={(priority) => change({ priority })} />
            <TextField type="date" label={o('order.scheduled')} hint={o('order.scheduled.hint')} optional={o('order.optional')} value={draft.scheduled} onText={(scheduled) => change({ scheduled })} />
            <TextField label={o('order.note')} hint={o('order.note.hint')} optional={o('order.optional')} value={draft.note} maxLength={200} onText={(note) => change({ note })} />
          </>
        )}
      </div>
    </Dialog>
  )
}

/** DICOM's letters, and what they are for whoever does not know them. */
const modalityWords: Readonly<Record<OrderedModality, string>> = {
  DX: 'X-ray (DX)', CR: 'X-ray, plate (CR)', CT: 'CT', MR: 'MRI (MR)', US: 'Ultrasound (US)', MG: 'Mammography (MG)', RF: 'Fluoroscopy (RF)', XA: 'Angiography (XA)',
  NM: 'Nuclear medicine (NM)', PT: 'PET (PT)', BMD: 'Bone density (BMD)', PX: 'Panoramic X-ray (PX)', IO: 'Dental X-ray (IO)', OP: 'Eye photography (OP)', OPT: 'Eye tomography (OPT)',
  ES: 'Endoscopy (ES)', ECG: 'ECG', OT: 'Other (OT)',
}

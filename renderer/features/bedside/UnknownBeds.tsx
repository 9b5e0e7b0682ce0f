import { useState } from 'react'
import type { PatientSummary, UnknownBed } from '../../../shared/contract'
import { displayName } from '../../../shared/records/patient/name'
import { useAct, useAnswer, useWho } from '../../client'
import { Button, Dialog, formatDayTime, formatWhen, ProblemNotice, TextField, useDraft } from '../../components'
import { unitOf, valueOf, vitalName } from '../language'
import { PatientChooser } from './PatientChooser'
import { t } from './words'
import './bedside.css'

type Over = { readonly what: 'file' | 'reject'; readonly item: UnknownBed } | null

/** Rows of beds that a central station names and nobody here knows. Draws nothing where there are none. */
export const UnknownBeds = () => {
  const who = useWho()
  const { value: items, problem } = useAnswer('listUnknownBeds')
  const may = who?.actions.includes('tray.file') ?? false
  const [over, setOver] = useState<Over>(null)
  const close = () => setOver(null)
  if (problem) return <ProblemNotice problem={problem} />
  if (!items || items.length === 0) return null
  return (
    <section className="panel" aria-labelledby="unknown-beds-title">
      <div className="panel-head">
        <h2 id="unknown-beds-title">{t('tray')}</h2>
      </div>
      <div className="panel-body stack">
        <p className="faint">{t('tray.lead')}</p>
        <table className="table">
          <caption className="visually-hidden">{t('tray.caption')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('tray.bed')}</th>
              <th scope="col">{t('tray.rows')}</th>
              <th scope="col">{t('tray.newest')}</th>
              {may ? <th scope="col">{t('tray.act')}</th> : null}
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.id}>
                <th scope="row">
                  {item.label} <div className="faint">{item.deviceName}</div>
                </th>
                <td>
                  {rowsWords(item)}
                  {item.dropped > 0 ? <div className="faint">{t('tray.dropped', { count: item.dropped })}</div> : null}
                </td>
                <td>{item.rows.at(-1)?.values.map(({ code, value }) => `${vitalName(code)} ${valueOf(code, value)} ${unitOf(code)}`).join(', ')}</td>
                {may ? (
                  <td className="bed-acts acts">
                    <Button onClick={() => setOver({ what: 'file', item })}>{t('tray.file')}</Button>
                    <Button kind="quiet" onClick={() => setOver({ what: 'reject', item })}>
                      {t('tray.reject')}
                    </Button>
                  </td>
                ) : null}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {over?.what === 'file' ? <FileDialog item={over.item} onClose={close} /> : null}
      {over?.what === 'reject' ? <RejectDialog item={over.item} onClose={close} /> : null}
    </section>
  )
}

const rowsWords = ({ rows }: UnknownBed): string => {
  const [first, last] = [rows[0], rows.at(-1)]
  if (!first || !last) return ''
  return rows.length === 1 ? t('tray.rows.one', { from: formatDayTime(first.at) }) : t('tray.rows.count', { count: rows.length, from: formatDayTime(first.at), until: formatWhen(last.at) })
}

interface DialogProps {
  readonly item: UnknownBed
  readonly onClose: () => void
}

const FileDialog = ({ item, onClose }: DialogProps) => {
  const [patient, setPatient] = useState<PatientSummary | null>(null)
  const [file, { busy, problem }] = useAct('fileUnknownBed')
  const save = async () => {
    if (patient && !busy && (await file({ item: item.id, patient: patient.id })).ok) onClose()
  }
  return (
    <Dialog
      title={t('tray.file.title', { bed: item.label })}
      closeLabel={t('cancel')}
      onClose={onClose}
      onSubmit={() => void save()}
      width={480}
      save={{ label: patient ? t('tray.file.save', { name: displayName(patient) }) : t('seat.nobody'), busy, disabled: !patient }}
    >
      <div className="stack">
        <p>{rowsWords(item)}</p>
        <PatientChooser chosen={patient} onChoose={setPatient} />
        {problem ? <ProblemNotice problem={problem} /> : null}
      </div>
    </Dialog>
  )
}

const RejectDialog = ({ item, onClose }: DialogProps) => {
  const [reason, setReason, clear] = useDraft(`unknown-bed:${item.id}`, '')
  const [tried, setTried] = useState(false)
  const [dismiss, { busy, problem }] = useAct('dismissUnknownBed')
  const save = async () => {
    setTried(true)
    if (reason.trim() === '' || busy || !(await dismiss({ item: item.id, reason: reason.trim() })).ok) return
    clear()
    onClose()
  }
  return (
    <Dialog
      title={t('tray.reject.title', { bed: item.label })}
      closeLabel={t('cancel')}
      onClose={onClose}
      onSubmit={() => void save()}
      width={480}
      save={{ label: t('tray.reject'), busy }}
    >
      <div className="stack">
        <TextField label={t('tray.reject.why')} value={reason} onText={setReason} error={tried && reason.trim() === '' ? t('tray.reject.fault') : undefined} data-autofocus />
        {problem ? <ProblemNotice problem={problem} /> : null}
      </div>
    </Dialog>
  )
}

import { useState } from 'react'
import type { PatientSummary, StudyEntry } from '../../../shared/contract'
import { useAct, useAnswer, useWho } from '../../client'
import { Button, Dialog, Empty, formatDate, Notice, ProblemNotice, TextField, Waiting } from '../../components'
import { common } from '../../../resources/locales/en/common'
import { TrayReason } from './orders'
import { DeleteStudy } from './storage/DeleteStudy'
import { inFileWords, nameOfStudy, t, whenOf } from './words'
import './imaging.css'

const wordsOf = ({ family, given, number, birthDate }: PatientSummary): string =>
  [`${family.toUpperCase()}, ${given}`, number, ...(birthDate === undefined ? [] : [t('tray.born', { date: formatDate(birthDate) })])].join(' · ')

/** Studies that no number claimed: a named person says whose they are. */
export const ImagingTray = () => {
  const who = useWho()
  const mayFile = who?.actions.includes('tray.file') ?? false
  const { value: studies, problem, loading, refresh } = useAnswer('listImagingTray')
  const [choosing, setChoosing] = useState<StudyEntry>()
  const [filed, setFiled] = useState<string>()
  return (
    <section className="panel imaging-tray" aria-labelledby="imaging-tray-title">
      <div className="panel-head">
        <h2 id="imaging-tray-title">{t('tray')}</h2>
      </div>
      <div className="panel-body">
        {filed ? <Notice tone="done" role="status" title={t('tray.filed', { patient: filed })} /> : null}
        {problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
        {loading ? <Waiting>{t('viewer.loading')}</Waiting> : null}
        {studies?.length === 0 ? <Empty title={t('tray.empty')}>{t('tray.empty.text')}</Empty> : null}
        {studies && studies.length > 0 ? (
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t('tray.inFile')}</th>
                <th scope="col">{t('studies.what')}</th>
                <th scope="col">{t('studies.date')}</th>
                <th scope="col">{t('studies.images')}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {studies.map((study) => (
                <tr key={study.id} data-study={study.studyInstanceUid}>
                  <td>
                    {inFileWords(study)}
                    <TrayReason study={study.id} />
                  </td>
                  <td>
                    {nameOfStudy(study)} {study.description !== '' ? <span className="faint">{study.modalities.join(', ')}</span> : null}
                  </td>
                  <td className="imaging-when">{whenOf(study.started)}</td>
                  <td>{t('studies.count', { instances: study.instances, series: study.series })}</td>
                  <td>
                    {mayFile ? (
                      <Button onClick={() => setChoosing(study)} aria-label={t('tray.choose.label', { study: `${nameOfStudy(study)} ${inFileWords(study)}` })}>
                        {t('tray.choose')}
                      </Button>
                    ) : null}
                    <DeleteStudy study={study.id} name={`${nameOfStudy(study)} ${inFileWords(study)}`} onDeleted={refresh} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : null}
      </div>
      {choosing ? (
        <FileStudyDialog
          study={choosing}
          onClose={() => setChoosing(undefined)}
          onFiled={(patient) => {
            setChoosing(undefined)
            setFiled(wordsOf(patient))
          }}
        />
      ) : null}
    </section>
  )
}

/** Finds the patient and shows once more who is in the files before the study goes onto the chart. */
const FileStudyDialog = ({ study, onClose, onFiled }: { readonly study: StudyEntry; readonly onClose: () => void; readonly onFiled: (patient: PatientSummary) => void }) => {
  const [text, setText] = useState('')
  const [patient, setPatient] = useState<PatientSummary>()
  const found = useAnswer('findPatients', { text, limit: 8 }, { skip: text.trim() === '', keepPrevious: true })
  const [file, filing] = useAct('fileStudy')
  const submit = async () => {
    if (!patient || filing.busy) return
    const answer = await file({ study: study.id, patient: patient.id })
    if (answer.ok) onFiled(patient)
  }
  const matches = text.trim() === '' ? [] : (found.value ?? [])
  return (
    <Dialog
      title={t('tray.dialog')}
      closeLabel={common.cancel}
      onClose={onClose}
      onSubmit={() => void submit()}
      foot={
        patient ? (
          <Button kind="main" type="submit" busy={filing.busy} keys="Ctrl+Enter">
            {t('tray.file', { patient: wordsOf(patient) })}
          </Button>
        ) : undefined
      }
    >
      <div className="stack">
        {filing.problem ? <ProblemNotice problem={filing.problem} /> : null}
        <Notice tone="info" title={t('tray.look', { inFile: inFileWords(study) })}>
          <p>
            {nameOfStudy(study)} · {whenOf(study.started)}
          </p>
        </Notice>
        <TextField
          label={t('tray.search')}
          hint={t('tray.search.hint')}
          value={text}
          onText={(next) => {
            setText(next)
            setPatient(undefined)
          }}
          data-autofocus
        />
        {found.problem ? <ProblemNotice problem={found.problem} /> : null}
        {text.trim() !== '' && found.value?.length === 0 ? <p role="status">{t('tray.none')}</p> : null}
        <ul className="tray-matches">
          {matches.map((each) => (
            <li key={each.id}>
              <button type="button" aria-pressed={each.id === patient?.id} onClick={() => setPatient(each)} data-patient={each.number}>
                {wordsOf(each)}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  )
}

import { useCallback, useEffect, useRef, useState } from 'react'
import { navigate } from 'wouter/use-hash-location'
import type { PatientSummary, SeriesEntry, StudyEntry } from '../../../../shared/contract'
import { clinic, useAnswer } from '../../../client'
import { Button, Notice, ProblemNotice, Waiting, type Refusal } from '../../../components'
import { FetchImages } from '../../files'
import { filesNameAnother, nameOfStudy, t, whenOf } from '../words'
import { Stage } from './Stage'
import '../imaging.css'

/** What a {@link ViewerScreen} needs. */
export interface ViewerProps {
  readonly patient: Pick<PatientSummary, 'id' | 'family' | 'given' | 'number'>
  /** Id of the study. */
  readonly study: string
  /** Without it the patient's studies are gone back to. */
  readonly onClose?: () => void
}

interface Opened {
  readonly study: StudyEntry
  readonly series: readonly SeriesEntry[]
}

/** A study on the glass; the banner stands above it, outside. */
export const ViewerScreen = ({ patient, study, onClose }: ViewerProps) => {
  // As the host sees it: a locked screen is still this person's, but their session has ended.
  const { value: who } = useAnswer('whoAmI')
  const atWork = who !== undefined && who !== null && !who.locked
  const [opened, setOpened] = useState<Opened>()
  const [problem, setProblem] = useState<Refusal>()
  const [chosen, setChosen] = useState<string>()
  const [attempt, setAttempt] = useState(0)
  /** Where each series stood, for when the study is opened again. */
  const stoodAt = useRef(new Map<string, number>())

  useEffect(() => {
    stoodAt.current.clear()
    setOpened(undefined)
    setChosen(undefined)
  }, [patient.id, study])

  // Asked once for each opening, not with each change of a record: every answer is one line of the audit trail. The
  // addresses of the pixels end with the session, so a person who comes back to a locked screen gets new ones.
  useEffect(() => {
    if (!atWork) return
    let gone = false
    setProblem(undefined)
    void clinic.openStudy({ patient: patient.id, study }).then((answer) => {
      if (gone) return
      if (answer.ok) setOpened(answer.value)
      else setProblem(answer.problem)
    })
    return () => {
      gone = true
    }
  }, [patient.id, study, attempt, atWork])

  const series = opened?.series.find(({ seriesInstanceUid }) => seriesInstanceUid === chosen) ?? opened?.series[0]
  const here = opened?.series.reduce((sum, { instances }) => sum + instances.length, 0) ?? 0
  const openAgain = useCallback(() => setAttempt((before) => before + 1), [])
  const { value: studies } = useAnswer('listStudies', { patient: patient.id }, { skip: problem?.kind !== 'study-incomplete' })
  const listed = studies?.find(({ id }) => id === study)
  const close = onClose ?? (() => navigate(`/patients/${patient.id}/imaging`))
  return (
    <section className="viewer" aria-label={t('viewer')}>
      <div className="viewer-head">
        <Button onClick={close}>{t('viewer.close')}</Button>
        {opened ? (
          <h2>
            {nameOfStudy(opened.study)} · {whenOf(opened.study.started)}
          </h2>
        ) : null}
      </div>
      {problem ? <ProblemNotice problem={problem} onAgain={openAgain} /> : null}
      {problem?.kind === 'study-incomplete' && listed ? <FetchImages patient={patient.id} study={listed} name={nameOfStudy(listed)} onArrived={openAgain} /> : null}
      {!opened && !problem ? <Waiting>{t('viewer.opening')}</Waiting> : null}
      {opened && here < opened.study.instances ? (
        <Notice tone="info" title={t('viewer.partial', { here, all: opened.study.instances })}>
          <p>{t('viewer.partial.text')}</p>
          <FetchImages patient={patient.id} study={{ ...opened.study, here }} name={nameOfStudy(opened.study)} onArrived={openAgain} />
        </Notice>
      ) : null}
      {opened && !series ? <Notice title={t('cannotShow.no-pixel-data')} /> : null}
      {opened && series ? (
        <div className="viewer-body">
          <SeriesList series={opened.series} chosen={series.seriesInstanceUid} onChoose={setChosen} />
          <Stage
            key={series.instances[0]?.url ?? series.seriesInstanceUid}
            start={stoodAt.current.get(series.seriesInstanceUid)}
            onPlace={(place) => stoodAt.current.set(series.seriesInstanceUid, place)}
            patientWords={`${patient.family.toUpperCase()}, ${patient.given} · ${patient.number}`}
            showInFile={filesNameAnother(opened.study, patient.family)}
            study={opened.study}
            series={series}
          />
        </div>
      ) : null}
    </section>
  )
}

const countOf = ({ instances }: SeriesEntry): number => instances.reduce((sum, { frames }) => sum + frames, 0)

const SeriesList = ({ series, chosen, onChoose }: { readonly series: readonly SeriesEntry[]; readonly chosen: string; readonly onChoose: (uid: string) => void }) => (
  <nav className="viewer-series" aria-label={t('viewer.series')}>
    <h3>{t('viewer.series')}</h3>
    <ul>
      {series.map((each) => (
        <li key={each.seriesInstanceUid}>
          <button type="button" aria-current={each.seriesInstanceUid === chosen} onClick={() => onChoose(each.seriesInstanceUid)} data-series={each.seriesInstanceUid}>
            <strong>
              {each.modality} {each.number ?? ''}
            </strong>
            <span>{each.description !== '' ? each.description : t('viewer.series.noName')}</span>
            <span className="faint">{countOf(each) === 1 ? t('viewer.series.image') : t('viewer.series.images', { count: countOf(each) })}</span>
          </button>
        </li>
      ))}
    </ul>
  </nav>
)

export default ViewerScreen

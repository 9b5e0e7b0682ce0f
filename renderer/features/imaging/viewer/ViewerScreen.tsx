import { Suspense, useCallback, useMemo, useRef, useState } from 'react'
import { navigate } from 'wouter/use-hash-location'
import { useAnswer } from '../../../client'
import { Button, Notice, ProblemNotice, Waiting, type Refusal } from '../../../components'
import { FetchImages } from '../../files'
import { nameOfStudy, t } from '../words'
import { priorsOf } from './hanging'
import type { ViewerPatient } from './parts'
import { Reading } from './Reading'
import { StudyOpener, type OpenedStudy, type Opening } from './StudyOpener'
import '../imaging.css'
import './viewer.css'

/** What a {@link ViewerScreen} needs. */
export interface ViewerProps {
  readonly patient: ViewerPatient
  /** Id of the study. */
  readonly study: string
  /** Without it the patient's studies are gone back to. */
  readonly onClose?: () => void
}

/**
 * A study on the glass; the banner stands above it, outside. It stands anew for each: the pictures of one patient are never drawn under
 * the name of another, not for one frame.
 */
export const ViewerScreen = (props: ViewerProps) => <OneStudy key={`${props.patient.id}/${props.study}`} {...props} />

const OneStudy = ({ patient, study, onClose }: ViewerProps) => {
  // As the host sees it: a locked screen is still this person's, but their session has ended.
  const { value: who } = useAnswer('whoAmI')
  const atWork = who !== undefined && who !== null && !who.locked
  const [opened, setOpened] = useState<OpenedStudy>()
  const [problem, setProblem] = useState<Refusal>()
  const [attempt, setAttempt] = useState(0)
  /** Where each series stood, for when the study is opened again. */
  const stoodAt = useRef(new Map<string, number>())

  const onOpening = useCallback((_study: string, opening: Opening) => {
    if ('opened' in opening) {
      setOpened(opening.opened)
      setProblem(undefined)
    } else setProblem(opening.problem)
  }, [])
  const here = opened?.series.reduce((sum, { instances }) => sum + instances.length, 0) ?? 0
  const openAgain = useCallback(() => {
    setProblem(undefined)
    setAttempt((before) => before + 1)
  }, [])
  const { value: studies } = useAnswer('listStudies', { patient: patient.id })
  const listed = studies?.find(({ id }) => id === study)
  const priors = useMemo(() => priorsOf(studies ?? [], study), [studies, study])
  const close = onClose ?? (() => navigate(`/patients/${patient.id}/imaging`))
  return (
    <section className="viewer" aria-label={t('viewer')}>
      <StudyOpener patient={patient.id} study={study} atWork={atWork} attempt={attempt} onOpening={onOpening} />
      {opened && opened.series.length > 0 ? null : (
        <div className="viewer-head">
          <Button onClick={close}>{t('viewer.close')}</Button>
        </div>
      )}
      {problem ? <ProblemNotice problem={problem} onAgain={openAgain} /> : null}
      {problem?.kind === 'study-incomplete' && listed ? <FetchImages patient={patient.id} study={listed} name={nameOfStudy(listed)} onArrived={openAgain} /> : null}
      {!opened && !problem ? <Waiting>{t('viewer.opening')}</Waiting> : null}
      {opened && here < opened.study.instances ? (
        <Notice tone="info" title={t('viewer.partial', { here, all: opened.study.instances })}>
          <p>{t('viewer.partial.text')}</p>
          <FetchImages patient={patient.id} study={{ ...opened.study, here }} name={nameOfStudy(opened.study)} onArrived={openAgain} />
        </Notice>
      ) : null}
      {opened && opened.series.length === 0 ? <Notice title={t('cannotShow.no-pixel-data')} /> : null}
      {opened && opened.series.length > 0 ? (
        <Suspense fallback={<Waiting>{t('viewer.opening')}</Waiting>}>
          <Reading key={opened.study.id} patient={patient} main={opened} priors={priors} atWork={atWork} stoodAt={stoodAt.current} onClose={close} />
        </Suspense>
      ) : null}
    </section>
  )
}

export default ViewerScreen

import { useEffect, useRef } from 'react'
import type { StudyEntry, StudyFetch } from '../../../shared/contract'
import { useAct } from '../../client'
import { Button, formatSize, Notice, ProblemNotice } from '../../components'
import { HowFar } from './FilesPanel'
import { useFilesState } from './useFilesState'
import { t } from './words'
import './files.css'

interface Props {
  /** Id of the patient. */
  readonly patient: string
  readonly study: Pick<StudyEntry, 'id' | 'studyInstanceUid' | 'instances' | 'here'>
  /** The study as a person calls it. */
  readonly name: string
  /** More of its images are on this computer now. */
  readonly onArrived: () => void
}

/** Fetches the images of a study that lie on another workstation; nothing where all of them are here. */
export const FetchImages = ({ patient, study, name, onArrived }: Props) => {
  const files = useFilesState()
  const [fetch, fetching] = useAct('fetchStudy')
  const [stop, stopping] = useAct('cancelFetchStudy')
  const wanted = files?.fetching.find(({ studyInstanceUid }) => studyInstanceUid === study.studyInstanceUid)
  const state = wanted?.state
  const before = useRef(state)
  useEffect(() => {
    if (before.current !== state && (state === 'done' || state === 'failed')) onArrived()
    before.current = state
  }, [state, onArrived])

  if (study.here === undefined || study.here >= study.instances) return null
  const which = { patient, study: study.id }
  const isAgain = state === 'done' || state === 'failed'
  const begin = (
    <Button busy={fetching.busy} onClick={() => void fetch(which)} aria-label={t(isAgain ? 'fetch.again.label' : 'fetch.label', { study: name })}>
      {t(isAgain ? 'fetch.again' : 'fetch')}
    </Button>
  )
  return (
    <div className="files-fetch" data-fetch={state ?? 'none'}>
      {fetching.problem ? <ProblemNotice problem={fetching.problem} /> : null}
      {wanted === undefined || state === undefined ? (
        <>
          <span>{t('fetch.here', { here: study.here, all: study.instances })}</span> {begin}
        </>
      ) : null}
      {wanted && (state === 'waiting' || state === 'fetching') ? <Running wanted={wanted} name={name} /> : null}
      {state === 'missing' ? <span role="status">{t('fetch.missing')}</span> : null}
      {state === 'waiting' || state === 'fetching' || state === 'missing' ? (
        <Button kind="quiet" busy={stopping.busy} onClick={() => void stop(which)}>
          {t('fetch.stop')}
        </Button>
      ) : null}
      {state === 'done' ? <Notice tone="info" role="status" title={t('fetch.partly')} actions={begin} /> : null}
      {state === 'failed' ? <Notice tone="abnormal" role="alert" title={t(`fetch.${wanted?.problem ?? 'internal'}`)} actions={begin} /> : null}
    </div>
  )
}

const Running = ({ wanted: { state, files, ofFiles, bytes, ofBytes }, name }: { readonly wanted: StudyFetch; readonly name: string }) => (
  <HowFar label={t('fetch.label', { study: name })} done={bytes} of={ofBytes}>
    {state === 'waiting' ? t('fetch.waiting') : ofFiles === 0 ? t('fetch.look') : t('fetch.running', { files, of: ofFiles, bytes: formatSize(bytes), ofBytes: formatSize(ofBytes) })}
  </HowFar>
)

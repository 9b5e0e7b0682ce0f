import { useEffect, useState } from 'react'
import type { DraftReading, ProfileDraft, Problem, RecordingStudy } from '../../../shared/contract'
import { clinic } from '../../client'
import { Button, ProblemNotice, useScreen, useView } from '../../components'
import { newWork, type Work } from './draft'
import { MarksPanel } from './MarksPanel'
import { NamePanel } from './NamePanel'
import { ReadingPanel } from './ReadingPanel'
import { SourcePanel } from './SourcePanel'
import { t } from './words'
import './workbench.css'

/** How long nothing is pressed or typed before the draft is read again. */
const restMs = 150

/** What can be asked about already: a name or a unit that is still empty is no test yet. */
const askable = (draft: ProfileDraft): ProfileDraft => ({
  ...draft,
  tests: draft.tests.filter(({ name, unit }) => name.trim() !== '' && unit.trim() !== '').map(({ loinc, ...test }) => (loinc !== undefined && /^\d{1,7}-\d$/.test(loinc) ? { ...test, loinc } : test)),
})

/** From the bytes of an analyser that nobody knows to a profile that can be paired. */
export const WorkbenchScreen = ({ onBack }: { readonly onBack: () => void }) => {
  // In memory only: a recording is what a device said of patients, and lies in a file already.
  const [work, setWork, clear] = useView<Work>('workbench', newWork)
  const [study, setStudy] = useState<RecordingStudy>()
  const [reading, setReading] = useState<DraftReading>()
  const [problem, setProblem] = useState<Problem>()
  useScreen('workbench', true)
  const change = (part: Partial<Work>) => setWork((before) => ({ ...before, ...part }))
  const { recording, draft } = work
  const shape = draft && JSON.stringify([draft.protocol, draft.framing, draft.layout, draft.separator])
  useEffect(() => {
    if (!recording) return setStudy(undefined)
    let isOver = false
    void clinic.studyRecording({ recording, ...(draft ? { draft: askable(draft) } : {}) }).then((answer) => {
      if (isOver) return
      if (!answer.ok) return setProblem(answer.problem)
      setStudy(answer.value)
      if (!draft) setWork((before) => ({ ...before, draft: answer.value.draft }))
    })
    return () => {
      isOver = true
    }
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- how the page is cut depends on its shape alone, not on every mark
  }, [recording, shape])
  useEffect(() => {
    if (!recording || !draft) return setReading(undefined)
    let isOver = false
    const timer = setTimeout(() => {
      void clinic.readDraft({ recording, draft: askable(draft) }).then((answer) => {
        if (isOver) return
        if (answer.ok) setReading(answer.value)
        setProblem(answer.ok ? undefined : answer.problem)
      })
    }, restMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [recording, draft])
  const changeDraft = (part: Partial<ProfileDraft>) => setWork((before) => (before.draft ? { ...before, draft: { ...before.draft, ...part } } : before))
  return (
    <section className="filling" aria-labelledby="workbench-title">
      <header className="screen-head">
        <h1 id="workbench-title">{t('title')}</h1>
        <span className="spread" />
        {work === newWork ? null : <Button onClick={clear}>{t('again')}</Button>}
        <Button onClick={onBack}>{t('back')}</Button>
      </header>
      <div className="workbench-body">
        <p className="faint">{t('lead')}</p>
        <SourcePanel
          size={recording?.length}
          serial={work.serial}
          onSerial={(serial) => change({ serial })}
          onRecording={(taken, path) => change({ recording: taken, draft: undefined, saved: undefined, path })}
          onOther={() => change({ recording: undefined, draft: undefined, saved: undefined })}
        />
        {problem ? <ProblemNotice problem={problem} /> : null}
        {recording && draft && study ? (
          <>
            <MarksPanel study={study} draft={draft} reading={reading} role={work.role} onRole={(role) => change({ role })} onDraft={changeDraft} />
            <ReadingPanel draft={draft} reading={reading} onDraft={changeDraft} />
            <NamePanel work={{ ...work, recording, draft: askable(draft) }} reading={reading} onChange={change} />
          </>
        ) : null}
      </div>
    </section>
  )
}

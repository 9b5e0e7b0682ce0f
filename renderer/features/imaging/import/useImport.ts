import { useEffect, useRef, useState } from 'react'
import type { Answer, ImportProgress } from '../../../../shared/contract'
import { clinic, shell, useAct, useEvent } from '../../../client'
import type { Refusal } from '../../../components'

/** Whether there is nothing to ask: one study, and it is this patient's; or nothing at all. */
const needsNoChoice = ({ found }: ImportProgress): boolean => found.length === 0 || (found.length === 1 && found[0]?.owner === 'this')

const giveUpUnchosen = async (id: string): Promise<void> => {
  const answer = await clinic.readImport({ import: id })
  if (answer.ok && ['looking', 'choosing'].includes(answer.value.state)) await clinic.cancelImport({ import: id })
}

/** Looks through what a person chooses or drops and imports what is chosen of it into this patient's chart; `onEnded` reads the studies again. */
export const useImport = (patient: string, onEnded: () => void) => {
  const [look, looking] = useAct('lookThrough')
  const [progress, setProgress] = useState<ImportProgress>()
  const [problem, setProblem] = useState<Refusal>()
  const [dropped, setDropped] = useState<'nothing'>()
  const current = useRef<string | undefined>(undefined)
  const onChart = useRef<string | undefined>(undefined)

  // The report of one patient's import is not shown on another chart; what nobody chose from is given up.
  useEffect(() => {
    onChart.current = patient
    return () => {
      const id = current.current
      current.current = undefined
      onChart.current = undefined
      if (id !== undefined) void giveUpUnchosen(id)
      setProgress(undefined)
      setProblem(undefined)
    }
  }, [patient])

  const take = (id: string, answer: Answer<ImportProgress>) => {
    if (current.current !== id) return
    if (answer.ok) setProgress(answer.value)
    else setProblem(answer.problem)
  }
  const choose = async (studies: readonly string[]) => {
    const id = current.current
    if (id !== undefined) take(id, await clinic.importChosen({ import: id, studies: [...studies] }))
  }
  /** The event carries no file names and patients; the whole is read when there is something to see. */
  const read = async (id: string) => {
    const answer = await clinic.readImport({ import: id })
    if (current.current !== id) return
    if (answer.ok && answer.value.state === 'choosing' && needsNoChoice(answer.value)) return choose(answer.value.found.map(({ studyInstanceUid }) => studyInstanceUid))
    take(id, answer)
    if (answer.ok && !['looking', 'choosing', 'running'].includes(answer.value.state)) onEnded()
  }
  useEvent('importChanged', (told) => {
    if (told.id !== current.current) return
    if (told.state === 'running' || told.state === 'looking') setProgress(told)
    else void read(told.id)
  })

  const start = async (from: readonly string[]) => {
    setProblem(undefined)
    setDropped(undefined)
    if (from.length === 0) return
    const answer = await look({ from: [...from], patient })
    // Another chart is open by now: nothing of this one is shown on it.
    if (onChart.current !== patient) return answer.ok ? giveUpUnchosen(answer.value.id) : undefined
    if (!answer.ok) {
      setProblem(answer.problem)
      return
    }
    current.current = answer.value.id
    setProgress(answer.value)
    // A small folder may have been looked through before its name was known here.
    void read(answer.value.id)
  }
  return {
    progress,
    problem,
    dropped,
    running: looking.busy || progress?.state === 'running' || progress?.state === 'looking' || progress?.state === 'choosing',
    /** Asks for a folder or disc. */
    chooseFolder: async () => {
      const folder = await shell.chooseFolder()
      await start(folder === null ? [] : [folder])
    },
    /** Asks for zip archives or files. */
    chooseFiles: async () => start(await shell.chooseFiles()),
    /** Paths that were dropped; none: it was no file of this computer. */
    drop: async (paths: readonly string[]) => {
      if (paths.length === 0) setDropped('nothing')
      else await start(paths)
    },
    choose,
    cancel: async () => {
      if (current.current !== undefined) await clinic.cancelImport({ import: current.current })
    },
    forget: () => setProgress(undefined),
  }
}

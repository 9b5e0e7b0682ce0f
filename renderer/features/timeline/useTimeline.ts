import { useEffect, useMemo, useRef, useState } from 'react'
import type { Answer, Problem, Timeline, TimelineSign } from '../../../shared/contract'
import { clinic, useAnswer, useEvent } from '../../client'

/** Pages of older vital signs, put before what is there. */
const joined = (newer: readonly TimelineSign[], older: readonly TimelineSign[]): TimelineSign[] => {
  const before = new Map(older.map((sign) => [sign.code, sign]))
  const there = newer.map((sign) => {
    const more = before.get(sign.code)
    return more ? { code: sign.code, at: [...more.at, ...sign.at], value: [...more.value, ...sign.value] } : sign
  })
  return [...there, ...older.filter(({ code }) => !newer.some((sign) => sign.code === code))]
}

/** As many pages before an instant, the newest first; fewer where there are no more. */
const pagesBefore = async (patient: string, before: string, most: number): Promise<Answer<readonly Timeline[]>> => {
  const pages: Timeline[] = []
  for (let next: string | undefined = before; next !== undefined && pages.length < most; next = pages.at(-1)?.before) {
    const answer = await clinic.readTimeline({ patient, before: next })
    if (!answer.ok) return answer
    pages.push(answer.value)
  }
  return { ok: true, value: pages }
}

/** The timeline of a patient, kept fresh; older vital signs as they are asked for. */
export const useTimeline = (patient: string) => {
  const newest = useAnswer('readTimeline', { patient })
  const [older, setOlder] = useState<readonly Timeline[]>([])
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const [changes, setChanges] = useState(0)
  const pages = useRef(0)
  const from = newest.value?.before
  useEvent('recordsChanged', ({ patients }) => {
    if (patients.includes(patient)) setChanges((before) => before + 1)
  })
  // Where the newest page ends moves on with what comes, and what is older may be corrected.
  useEffect(() => {
    if (pages.current === 0 || from === undefined) return undefined
    let isOver = false
    void pagesBefore(patient, from, pages.current).then((answer) => {
      if (isOver) return
      if (answer.ok) setOlder(answer.value)
      setProblem(answer.ok ? undefined : answer.problem)
    })
    return () => {
      isOver = true
    }
  }, [patient, from, changes])
  const signs = useMemo(
    () => (from === undefined ? [] : older).reduce<readonly TimelineSign[]>((signsOf, page) => joined(signsOf, page.signs), newest.value?.signs ?? []),
    [newest.value, older, from],
  )
  const before = older.length === 0 ? from : older.at(-1)?.before
  return {
    signs,
    events: newest.value?.events,
    isCut: newest.value?.isCut ?? false,
    before,
    problem: newest.problem ?? problem,
    loading: newest.loading,
    refresh: newest.refresh,
    busy,
    readOlder: async (): Promise<void> => {
      if (from === undefined || busy) return
      setBusy(true)
      const answer = await pagesBefore(patient, from, older.length + 1)
      setBusy(false)
      if (answer.ok) {
        pages.current = answer.value.length
        setOlder(answer.value)
      }
      setProblem(answer.ok ? undefined : answer.problem)
    },
  }
}

import { useMemo, useState } from 'react'
import type { Problem, Timeline, TimelineSign } from '../../../shared/contract'
import { clinic, useAnswer } from '../../client'

/** Pages of older vital signs, put before what is there. */
const joined = (newer: readonly TimelineSign[], older: readonly TimelineSign[]): TimelineSign[] => {
  const before = new Map(older.map((sign) => [sign.code, sign]))
  const there = newer.map((sign) => {
    const more = before.get(sign.code)
    return more ? { code: sign.code, at: [...more.at, ...sign.at], value: [...more.value, ...sign.value] } : sign
  })
  return [...there, ...older.filter(({ code }) => !newer.some((sign) => sign.code === code))]
}

/** The timeline of a patient, kept fresh; older vital signs as they are asked for. */
export const useTimeline = (patient: string) => {
  const newest = useAnswer('readTimeline', { patient })
  const [older, setOlder] = useState<readonly Timeline[]>([])
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const signs = useMemo(() => {
    const all = older.reduce<readonly TimelineSign[]>((signsOf, page) => joined(signsOf, page.signs), newest.value?.signs ?? [])
    return all
  }, [newest.value, older])
  const before = older.length === 0 ? newest.value?.before : older.at(-1)?.before
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
      if (before === undefined || busy) return
      setBusy(true)
      const answer = await (clinic.readTimeline({ patient, before }))
      setBusy(false)
      if (answer.ok) setOlder([...older, answer.value])
      else setProblem(answer.problem)
    },
  }
}

import { useCallback, useEffect, useRef, useState } from 'react'
import type { Answer, BareLine, Problem, SerialSettings, TracePiece } from '../../../shared/contract'
import { clinic } from '../../client'
import { addPieces, type Row } from './rows'

/** How often a line is asked for what it had to tell. */
const askMs = 200
/** What is held in the window; older bytes lie in the recording. */
const mostRows = 1_500

/** The rows of a line, newest last. */
export interface Rows {
  readonly rows: readonly Row[]
  /** Older ones were forgotten here. */
  readonly isCut: boolean
}

const noRows: Rows = { rows: [], isCut: false }

const withPieces = (before: Rows, pieces: readonly TracePiece[]): Rows => {
  if (pieces.length === 0) return before
  const rows = addPieces(before.rows, pieces)
  return { rows: rows.slice(-mostRows), isCut: before.isCut || rows.length > mostRows }
}

/** Asks again and again, one question at a time, until the component goes or the question changes. */
const useAsking = (question: (() => Promise<void>) | undefined) => {
  useEffect(() => {
    if (!question) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let over = false
    const go = () => void question().finally(() => (timer = over ? undefined : setTimeout(go, askMs)))
    go()
    return () => {
      over = true
      clearTimeout(timer)
    }
  }, [question])
}

/** What is known of a line that is watched or open. */
export interface LineView extends Rows {
  readonly problem: Problem | undefined
  readonly clear: () => void
}

/** Watches the recording of a line; undefined: none. */
export const useWatched = (line: string | undefined): LineView => {
  const [view, setView] = useState(noRows)
  const [problem, setProblem] = useState<Problem>()
  const after = useRef<number | undefined>(undefined)
  useEffect(() => {
    after.current = undefined
    setView(noRows)
    setProblem(undefined)
  }, [line])
  const question = useCallback(async () => {
    if (line === undefined) return
    const isFirst = after.current === undefined
    const page = after.current === undefined ? await clinic.openTrace({ line }) : await clinic.readTrace({ line, after: after.current })
    if (!page.ok) {
      // Nobody knows any more that it is open: the practice host began anew.
      if (page.problem.kind === 'not-found') after.current = undefined
      return setProblem(page.problem)
    }
    setProblem(undefined)
    after.current = page.value.pieces.at(-1)?.number ?? after.current ?? 0
    setView((before) => withPieces(isFirst ? noRows : before, page.value.pieces))
  }, [line])
  useAsking(line === undefined ? undefined : question)
  return { ...view, problem, clear: useCallback(() => setView(noRows), []) }
}

/** A port that this window opened. */
export interface OpenPort extends LineView {
  readonly line: BareLine | undefined
  readonly busy: boolean
  readonly open: (path: string, serial: SerialSettings) => Promise<void>
  readonly close: () => Promise<void>
  readonly send: (bytes: Uint8Array) => Promise<Answer<BareLine> | undefined>
}

/** Opens a port without a driver, reads it while it is open, and closes it when the component goes. */
export const useOpenPort = (): OpenPort => {
  const [line, setLine] = useState<BareLine>()
  const [view, setView] = useState(noRows)
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const after = useRef(0)
  const id = line?.line
  const question = useCallback(async () => {
    if (id === undefined) return
    const heard = await clinic.readLine({ line: id, after: after.current })
    // It was closed: by nobody asking, or with the device host.
    if (!heard.ok) return setProblem(heard.problem)
    const { pieces, lost: _lost, ...about } = heard.value
    after.current = pieces.at(-1)?.number ?? after.current
    setLine((before) => (before?.line === id ? about : before))
    setView((before) => withPieces(before, pieces))
  }, [id])
  useAsking(id === undefined ? undefined : question)
  useEffect(() => () => (id === undefined ? undefined : void clinic.closeLine({ line: id })), [id])
  return {
    ...view,
    line,
    busy,
    problem,
    clear: useCallback(() => setView(noRows), []),
    open: async (path, serial) => {
      setBusy(true)
      const opened = await clinic.openLine({ path, serial })
      setBusy(false)
      setProblem(opened.ok ? undefined : opened.problem)
      if (!opened.ok) return
      after.current = 0
      setView(noRows)
      setLine(opened.value)
    },
    close: async () => {
      setLine(undefined)
      setProblem(undefined)
    },
    send: async (bytes) => {
      if (id === undefined) return undefined
      const sent = await clinic.writeLine({ line: id, bytes: Uint8Array.from(bytes) })
      setProblem(sent.ok ? undefined : sent.problem)
      return sent
    },
  }
}

import { useEffect, useRef, useState } from 'react'
import { recordingLimit, type Problem, type SerialSettings } from '../../../shared/contract'
import { clinic } from '../../client'

/** How often the port is asked for what came. */
const askMs = 200

/** Records what comes over a port that no device uses. */
export interface Recorder {
  /** Bytes so far; undefined: not recording. */
  readonly heard: number | undefined
  readonly problem: Problem | undefined
  readonly begin: (path: string, serial: SerialSettings) => Promise<void>
  /** Closes the port; what it sent. */
  readonly end: () => Promise<Uint8Array<ArrayBuffer>>
}

/** Opens a bare line, gathers what the device says, and closes it with the screen. */
export const useRecorder = (): Recorder => {
  const [line, setLine] = useState<string>()
  const [heard, setHeard] = useState(0)
  const [problem, setProblem] = useState<Problem>()
  const pieces = useRef<Uint8Array[]>([])
  useEffect(() => {
    if (line === undefined) return
    let after = 0
    let length = 0
    let isOver = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async () => {
      const answer = await clinic.readLine({ line, after })
      if (isOver) return
      if (answer.ok) {
        after = answer.value.pieces.at(-1)?.number ?? after
        for (const { from, bytes } of answer.value.pieces) {
          if (from !== 'device' || length >= recordingLimit) continue
          // A stream that nobody stops fills the recording, and no more.
          const part = bytes.subarray(0, recordingLimit - length)
          pieces.current.push(part)
          length += part.length
        }
        setHeard(length)
      } else setProblem(answer.problem)
      timer = setTimeout(() => void ask(), askMs)
    }
    void ask()
    return () => {
      isOver = true
      clearTimeout(timer)
      void clinic.closeLine({ line })
    }
  }, [line])
  return {
    heard: line === undefined ? undefined : heard,
    problem,
    begin: async (path, serial) => {
      setProblem(undefined)
      const opened = await clinic.openLine({ path, serial })
      if (!opened.ok) return setProblem(opened.problem)
      pieces.current = []
      setHeard(0)
      setLine(opened.value.line)
    },
    end: () => {
      setLine(undefined)
      return Promise.resolve(joined(pieces.current))
    },
  }
}

/** Pieces as one. */
export const joined = (pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

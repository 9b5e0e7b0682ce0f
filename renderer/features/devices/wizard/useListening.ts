import { useCallback, useEffect, useRef, useState } from 'react'
import type { BareLine, LineBytes, PairingState, Problem, SerialSettings } from '../../../../shared/contract'
import { clinic } from '../../../client'

/** How often things are asked for, milliseconds. */
export interface ListenPace {
  /** What a line heard. */
  readonly pollMs: number
  /** A port that is not there. */
  readonly againMs: number
}

/** Often enough to look alive. */
const usualPace: ListenPace = { pollMs: 250, againMs: 1_500 }
/** Newest pieces that are shown. */
const shownPieces = 200

/** A bare line that is open while a screen shows it, and what is found out over it. */
export interface Listening {
  /** Absent until it opened the first time. */
  readonly line?: BareLine
  readonly pairing?: PairingState
  readonly pieces: readonly LineBytes[]
  /** Why the port cannot be opened just now; it is tried again by itself. */
  readonly problem?: Problem
  /** Talks to the device as this profile does; with other settings where they are given. */
  talk(profile: string, serial?: SerialSettings): void
  /** Other settings by hand: the search for them ends. */
  set(serial: SerialSettings): void
  /** Looks for the settings again. */
  search(): void
}

const later = (ms: number) => new Promise((next) => setTimeout(next, ms))

/**
 * Opens a port without a driver and listens; closes it with the screen. A cable that is pulled, or put in later, is waited for.
 *
 * @param profile whose reading of what is heard is wanted; undefined: the best one's
 */
export const useListening = (path: string, serial: SerialSettings, search: boolean, profile: string | undefined, { pollMs, againMs }: ListenPace = usualPace): Listening => {
  const [line, setLine] = useState<BareLine>()
  const [pairing, setPairing] = useState<PairingState>()
  const [pieces, setPieces] = useState<readonly LineBytes[]>([])
  const [problem, setProblem] = useState<Problem>()
  const wanted = useRef(profile)
  const settings = useRef(serial)
  const open = useRef<string>(undefined)
  useEffect(() => {
    wanted.current = profile
  }, [profile])

  useEffect(() => {
    let isGone = false
    /** Opens it, again and again until it is there; the id, or undefined when the screen is gone. */
    const reach = async (): Promise<string | undefined> => {
      for (;;) {
        const opened = await clinic.openLine({ path, serial: settings.current })
        if (opened.ok && isGone) void clinic.closeLine({ line: opened.value.line })
        if (isGone) return undefined
        if (opened.ok) {
          open.current = opened.value.line
          setLine(opened.value)
          setPieces([])
          setProblem(undefined)
          const chosen = wanted.current
          await clinic.findDevice({ line: opened.value.line, search: search && chosen === undefined })
          if (chosen !== undefined) await clinic.tryProfile({ line: opened.value.line, profile: chosen })
          return opened.value.line
        }
        setProblem(opened.problem)
        await later(againMs)
        if (isGone) return undefined
      }
    }
    void (async () => {
      let id = await reach()
      let after = 0
      while (id !== undefined && !isGone) {
        const heard = await clinic.readLine({ line: id, after })
        if (isGone) return
        if (!heard.ok) {
          // Closed by itself: this window slept, or the device host began anew.
          open.current = undefined
          after = 0
          id = await reach()
          continue
        }
        const { pieces: fresh, lost: _lost, ...state } = heard.value
        after = fresh.at(-1)?.number ?? after
        setLine(state)
        if (fresh.length > 0) setPieces((before) => [...before, ...fresh].slice(-shownPieces))
        if (state.state === 'closed') {
          // The cable: it may come back.
          await later(againMs)
          if (!isGone) await clinic.setLine({ line: id, serial: state.serial })
          continue
        }
        const found = await clinic.readPairing({ line: id, ...(wanted.current === undefined ? {} : { profile: wanted.current }) })
        if (isGone) return
        if (found.ok) {
          settings.current = found.value.serial
          setPairing(found.value)
        }
        await later(pollMs)
      }
    })()
    return () => {
      isGone = true
      if (open.current !== undefined) void clinic.closeLine({ line: open.current })
      open.current = undefined
    }
  }, [path, search, pollMs, againMs])

  const withLine = useCallback((act: (id: string) => Promise<unknown>) => {
    if (open.current !== undefined) void act(open.current)
  }, [])
  const change = useCallback(async (to: string, next: SerialSettings): Promise<boolean> => {
    settings.current = next
    const set = await clinic.setLine({ line: to, serial: next })
    if (set.ok) await clinic.findDevice({ line: to, search: false })
    setProblem(set.ok ? undefined : set.problem)
    return set.ok
  }, [])
  return {
    ...(line ? { line } : {}),
    ...(pairing ? { pairing } : {}),
    pieces,
    ...(problem ? { problem } : {}),
    talk: useCallback(
      (id, next) =>
        withLine(async (to) => {
          if (!next || (await change(to, next))) await clinic.tryProfile({ line: to, profile: id })
        }),
      [change, withLine],
    ),
    set: useCallback((next) => withLine((to) => change(to, next)), [change, withLine]),
    search: useCallback(() => withLine((to) => clinic.findDevice({ line: to, search: true })), [withLine]),
  }
}

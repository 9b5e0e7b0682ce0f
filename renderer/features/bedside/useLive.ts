import { useEffect, useRef, useState } from 'react'
import type { FeedEntry, FeedNumbers } from '../../../shared/contract'
import { useEvent } from '../../client'
import { liveState, newestOf, pressureSeen, type LiveState, type PressureSeen } from './live'

/** What stands on the screen follows the monitors so often; each of them tells about once a second. */
const drawMs = 500

/** The newest numbers of every monitor; looked at twice a second, so that what grows old goes by itself. */
export const useLive = (): { stateOf(feed: FeedEntry): LiveState; pressureOf(feed: FeedEntry): PressureSeen | undefined } => {
  const told = useRef(new Map<string, FeedNumbers>())
  const pressures = useRef(new Map<string, PressureSeen>())
  const [now, setNow] = useState(() => Date.now())
  useEvent('numbersChanged', (numbers) => {
    told.current.set(numbers.feed, numbers)
    const seen = pressureSeen(pressures.current.get(numbers.feed), numbers)
    if (seen) pressures.current.set(numbers.feed, seen)
  })
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), drawMs)
    return () => clearInterval(timer)
  }, [])
  return {
    stateOf: (feed) => liveState(newestOf(feed, told.current.get(feed.id)), feed.freshMs, now),
    pressureOf: (feed) => pressures.current.get(feed.id),
  }
}

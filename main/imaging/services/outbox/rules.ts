import type { ExchangeProblem } from '../../../../shared/contract'

/** When sends that may wait leave, in hours and minutes of this computer's clock: `20:00` to `06:00` goes over midnight. */
export interface NightHours {
  readonly from: string
  readonly to: string
}

/** Until the practice says otherwise. */
export const usualNight: NightHours = { from: '20:00', to: '06:00' }

const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

/** Whether it is night at an instant, ms since 1970. Hours that begin when they end are the whole day. */
export const isNight = (at: number, { from, to }: NightHours): boolean => {
  const clock = new Date(at)
  const now = clock.getHours() * 60 + clock.getMinutes()
  const [begins, ends] = [minutesOf(from), minutesOf(to)]
  return begins < ends ? now >= begins && now < ends : now >= begins || now < ends
}

/** The first instant from `at` on at which it is night, ms since 1970. */
export const nextNight = (at: number, night: NightHours): number => {
  if (isNight(at, night)) return at
  const begins = new Date(at)
  begins.setHours(0, minutesOf(night.from), 0, 0)
  if (begins.getTime() < at) begins.setDate(begins.getDate() + 1)
  return begins.getTime()
}

/** Attempts after which a send waits for a person instead of for the peer: about a day. */
export const mostAttempts = 30
const firstPauseMs = 30_000
const longestPauseMs = 60 * 60_000

/** How long to wait after the n-th failed attempt (1, 2 …): doubling from half a minute to an hour, a quarter of it by chance. */
export const pauseMs = (attempt: number, random: number): number => Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempt - 1, 20)) * (0.75 + random / 4)

/** What trying again cannot mend: somebody has to change something first. */
const lasting = new Set<ExchangeProblem>(['refused', 'not-offered', 'unknown-peer', 'damaged', 'training-stays-here'])

/** Whether the same may succeed later without anybody doing anything. */
export const mayPass = (problem: ExchangeProblem): boolean => !lasting.has(problem)

import type { TravelRule } from '../../shared/contract'

/** Files up to this size go at any time, bytes: a line that is paid by volume bears a scanned letter. */
const smallFile = 200_000

const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

/** Whether it is night by the rule, at this time of this computer's clock. */
export const isNight = ({ nightFrom, nightTo }: TravelRule, at: Date): boolean => {
  const [from, to, now] = [minutesOf(nightFrom), minutesOf(nightTo), at.getHours() * 60 + at.getMinutes()]
  return from <= to ? now >= from && now < to : now >= from || now < to
}

/** Whether a file of that size may leave now. */
export const mayLeave = (rule: TravelRule, size: number, at: Date): boolean => rule.when === 'always' || size <= smallFile || isNight(rule, at)

/** How a device did on one day, while the application ran. */
export interface DayOfUse {
  readonly messages: number
  readonly problems: number
  readonly downMs: number
}

/** What is kept of how a device has been doing. */
export interface DeviceUse {
  readonly lastHeard?: string
  readonly lastProblem?: { readonly problem: string; readonly at: string }
  /** By day, YYYY-MM-DD. */
  readonly days: Readonly<Record<string, DayOfUse>>
}

/** Days that are kept. */
const keptDays = 30

const nothing: DayOfUse = { messages: 0, problems: 0, downMs: 0 }
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

/** With so much more on this day; days that are too long ago are forgotten. */
export const addUse = (use: DeviceUse, at: number, more: Partial<DayOfUse>): DeviceUse => {
  const today = dayOf(at)
  const first = dayOf(at - (keptDays - 1) * 86_400_000)
  const before = use.days[today] ?? nothing
  const now = { messages: before.messages + (more.messages ?? 0), problems: before.problems + (more.problems ?? 0), downMs: before.downMs + (more.downMs ?? 0) }
  return { ...use, days: { ...Object.fromEntries(Object.entries(use.days).filter(([day]) => day >= first)), [today]: now } }
}

/** All days together. */
export const sumOfUse = ({ days }: DeviceUse, at: number): DayOfUse => {
  const first = dayOf(at - (keptDays - 1) * 86_400_000)
  return Object.entries(days)
    .filter(([day]) => day >= first)
    .reduce((sum, [, day]) => ({ messages: sum.messages + day.messages, problems: sum.problems + day.problems, downMs: sum.downMs + day.downMs }), nothing)
}

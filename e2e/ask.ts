import type { Page } from 'playwright-core'

/** Asks the practice host over the window's own bridge, as the screens do; throws when it refuses. */
export const ask = <Value>(page: Page, name: string, what?: unknown): Promise<Value> =>
  page.evaluate(
    async ([request, given]) => {
      const state = await window.outpost.requests.practiceState(null, undefined)
      const practice = state.ok && 'practice' in state.value ? state.value.practice.id : null
      const answer = await window.outpost.requests[request as 'listTray'](practice, given)
      if (!answer.ok) throw new Error(`${request}: ${answer.problem.kind}`)
      return answer.value as never
    },
    [name, what] as const,
  )

/** Looks again until it is enough; what it saw last stands in the error. */
export const until = async <Value>(look: () => Promise<Value>, enough: (value: Value) => boolean, what: string, timeoutMs = 40_000): Promise<Value> => {
  const end = Date.now() + timeoutMs
  for (;;) {
    const value = await look()
    if (enough(value)) return value
    if (Date.now() > end) throw new Error(`${what}: still ${JSON.stringify(value)?.slice(0, 400)}`)
    await new Promise((next) => setTimeout(next, 200))
  }
}

/** The patient whose chart is open. */
export const patientId = (page: Page): Promise<string> => page.evaluate(() => /patients\/([0-9A-Z]{26})/.exec(location.hash)?.[1] ?? '')

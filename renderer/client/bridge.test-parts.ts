import type { Answer, AskOf, ClinicEvents, RequestName, Shell, ValueOf } from '../../shared/contract'
import { eventNames } from '../../shared/contract/events'
import { requestNames } from '../../shared/contract/names'

/** Answers of the practice host in a test of a screen, request by request. */
export type Answers = { [Name in RequestName]?: (ask: AskOf<Name>) => Answer<ValueOf<Name>> | Promise<Answer<ValueOf<Name>>> }

/** The same, where a value is only as full as the screen under test looks at it. */
export type PartAnswers = Partial<Record<RequestName, (ask: never) => Answer<unknown>>>

/** The other end of the bridge in a test: answers, tells events, and remembers what was asked. */
export interface OtherEnd {
  readonly asked: { readonly name: RequestName; readonly ask: unknown }[]
  readonly tell: <Name extends keyof ClinicEvents>(name: Name, value: ClinicEvents[Name]) => void
  /** What was asked under a name, in order. */
  readonly asksOf: <Name extends RequestName>(name: Name) => AskOf<Name>[]
}

/** Puts a bridge on the window as the preload script would. A request without an answer is refused; `shell` stands in for main where it matters. */
export function installBridge(answers: Answers, shell?: Partial<Shell>): OtherEnd
export function installBridge(answers: PartAnswers, shell?: Partial<Shell>): OtherEnd
export function installBridge(answers: Answers | PartAnswers, shell: Partial<Shell> = {}): OtherEnd {
  const asked: OtherEnd['asked'] = []
  const listeners = new Map<string, Set<(value: unknown) => void>>(eventNames.map((name) => [name, new Set()]))
  const requests = Object.fromEntries(
    requestNames.map((name) => [
      name,
      async (_practice: string | null, ask: unknown) => {
        asked.push({ name, ask })
        const answer = answers[name] as ((ask: unknown) => unknown) | undefined
        return answer ? answer(ask) : { ok: false, problem: { kind: 'unknown-request', facts: {} } }
      },
    ]),
  )
  const on = Object.fromEntries(
    eventNames.map((name) => [
      name,
      (tell: (value: unknown) => void) => {
        listeners.get(name)?.add(tell)
        return () => void listeners.get(name)?.delete(tell)
      },
    ]),
  )
  const nothing = () => Promise.resolve()
  const usual: Shell = { chooseFolder: async () => null, chooseFiles: async () => [], print: nothing, info: async () => ({ version: '', electron: '', platform: '' }), restart: nothing, painted: nothing }
  Object.defineProperty(window, 'outpost', { configurable: true, value: { requests, on, shell: { ...usual, ...shell }, pathOf: () => '' } })
  return {
    asked,
    tell: (name, value) => {
      for (const tell of listeners.get(name) ?? []) tell(value)
    },
    asksOf: (name) => asked.filter((one) => one.name === name).map((one) => one.ask as never),
  }
}

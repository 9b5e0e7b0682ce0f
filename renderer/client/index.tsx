/**
 * The only code that touches the bridge. Screens read with `useAnswer`, act with `useAct`, and take their
 * controls (Button, Dialog, Field, Notice, keys, formats, wording) from `renderer/components`: native HTML
 * controls under one style sheet, no component library (`docs/decisions/0004-native-controls.md`).
 */
import { keepPreviousData, QueryClient, QueryClientProvider, useQuery, useQueryClient, type UseQueryOptions } from '@tanstack/react-query'
import { createContext, useCallback, useContext, useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import type { Answer, AskOf, ClinicEvents, PracticeState, Problem, RequestName, ValueOf, Who } from '../../shared/contract'
import { ask, listen, rememberPractice, shell } from './bridge'
import { isStaleAfter, isStaleAfterAct, type Question } from './stale'

export { clinic, listen, newKey, nonce, pathsOf, shell } from './bridge'

class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.kind)
  }
}

const valueOf = async <Name extends RequestName>(name: Name, what?: AskOf<Name>): Promise<ValueOf<Name>> => {
  const answer = await ask(name, what)
  if (!answer.ok) throw new Refused(answer.problem)
  if (name === 'practiceState') noteState(answer.value as PracticeState)
  return answer.value
}

const noteState = (state: PracticeState) => rememberPractice(state.state === 'open' || state.state === 'locked' ? state.practice.id : null)

// Answers come from this computer: they are never "offline", never retried behind the person's back.
const queries = new QueryClient({
  defaultOptions: { queries: { networkMode: 'always', retry: false, staleTime: Infinity, gcTime: 60_000, refetchOnWindowFocus: false, refetchOnReconnect: false, structuralSharing: true } },
})

/** Events after which something may have to be read again; what, is told by {@link isStaleAfter}. */
const readAgainOn = ['recordsChanged', 'devicesChanged', 'wardChanged', 'trayChanged', 'criticalsChanged', 'syncStateChanged'] as const

const LiveAnswers = ({ children }: { children: ReactNode }) => {
  useEffect(() => {
    const stops = [
      listen('practiceChanged', (state) => {
        noteState(state)
        queries.setQueryData(['practiceState'], state)
        if (state.state === 'open') void queries.invalidateQueries()
        // Nobody is at work in a practice that is closed: whoever was signs in again.
        else queries.setQueryData(['whoAmI'], null)
      }),
      listen('sessionChanged', () => void queries.invalidateQueries({ queryKey: ['whoAmI'] })),
      listen('hostChanged', ({ state }) => {
        if (state === 'running') void queries.invalidateQueries()
      }),
      ...readAgainOn.map((name) =>
        listen(name, (value) => {
          if (name === 'syncStateChanged') queries.setQueryData(['syncState'], value)
          void queries.invalidateQueries({ predicate: ({ queryKey }) => isStaleAfter(name, value, queryKey as unknown as Question) })
        }),
      ),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }, [])
  useEffect(tellPaintedScreens, [])
  return children
}

/** Tells the main process each time `<html data-screen>` names a screen that has reached the glass. */
const tellPaintedScreens = () => {
  let told = ''
  const look = () => {
    const screen = document.documentElement.dataset['screen']
    if (!screen || screen === told) return
    told = screen
    requestAnimationFrame(() => requestAnimationFrame(() => void shell.painted(screen)))
  }
  const watch = new MutationObserver(look)
  watch.observe(document.documentElement, { attributes: true, attributeFilter: ['data-screen'] })
  look()
  return () => watch.disconnect()
}

/** Stands around the whole application. */
export const ClientProvider = ({ children }: { children: ReactNode }) => (
  <QueryClientProvider client={queries}>
    <LiveAnswers>{children}</LiveAnswers>
  </QueryClientProvider>
)

/** What is known of an answer at this moment. */
export interface Known<Value> {
  readonly value: Value | undefined
  readonly problem: Problem | undefined
  readonly loading: boolean
  /** The value answers the question before this one (`keepPrevious`): to be looked at, not to be acted on. */
  readonly isPrevious: boolean
  /** The value is of before: it is being read again. */
  readonly isOld: boolean
  readonly refresh: () => void
}

const unexpected: Problem = { kind: 'internal', facts: {} }

/** Reads an answer and keeps it fresh as records change. `skip` holds the question back. */
export const useAnswer = <Name extends RequestName>(name: Name, what?: AskOf<Name>, options: { readonly skip?: boolean; readonly keepPrevious?: boolean } = {}): Known<ValueOf<Name>> => {
  const query = useQuery({
    queryKey: what === undefined ? [name] : [name, what],
    queryFn: () => valueOf(name, what),
    enabled: !options.skip,
    placeholderData: options.keepPrevious ? keepPreviousData : undefined,
  } as UseQueryOptions<ValueOf<Name>>)
  const { refetch } = query
  const refresh = useCallback(() => void refetch(), [refetch])
  const problem = query.error ? (query.error instanceof Refused ? query.error.problem : unexpected) : undefined
  return { value: query.data as ValueOf<Name> | undefined, problem, loading: query.isPending && !options.skip, isPrevious: query.isPlaceholderData, isOld: query.isFetching, refresh }
}

/** Does something; what the screens show is read again afterwards. A second call while busy is ignored by nobody: disable the button with `busy`. */
export const useAct = <Name extends RequestName>(name: Name): readonly [(what?: AskOf<Name>) => Promise<Answer<ValueOf<Name>>>, { readonly busy: boolean; readonly problem: Problem | undefined; readonly clear: () => void }] => {
  const client = useQueryClient()
  const [state, setState] = useState<{ busy: boolean; problem: Problem | undefined }>({ busy: false, problem: undefined })
  const mounted = useRef(true)
  useEffect(() => {
    mounted.current = true
    return () => {
      mounted.current = false
    }
  }, [])
  const act = useCallback(
    async (what?: AskOf<Name>) => {
      setState({ busy: true, problem: undefined })
      const answer = await ask(name, what)
      if (mounted.current) setState({ busy: false, problem: answer.ok ? undefined : answer.problem })
      if (answer.ok) void client.invalidateQueries({ predicate: ({ queryKey }) => isStaleAfterAct(name, what, queryKey as unknown as Question) })
      return answer
    },
    [client, name],
  )
  const clear = useCallback(() => setState({ busy: false, problem: undefined }), [])
  return [act, { ...state, clear }]
}

/** Calls back on each event while the component stands. */
export const useEvent = <Name extends keyof ClinicEvents>(name: Name, tell: (value: ClinicEvents[Name]) => void): void => {
  const latest = useRef(tell)
  useLayoutEffect(() => {
    latest.current = tell
  })
  useEffect(() => listen(name, (value) => latest.current(value)), [name])
}

/** The practice on this workstation. */
export const usePractice = (): PracticeState | undefined => useAnswer('practiceState').value

const Seated = createContext<Who | undefined>(undefined)

/**
 * Stands around the screens of the person at work. While the window is locked, or asks to sign in again after
 * the practice host died, those screens wait hidden: for them it is still the same person, so that nothing
 * typed is taken down with them.
 */
export const Seat = Seated.Provider

/** Who is at work, or else who is signed in on this window; undefined while not known, null when nobody is. */
export const useWho = (): Who | null | undefined => {
  const seated = useContext(Seated)
  const asked = useAnswer('whoAmI', undefined, { skip: seated !== undefined }).value
  return seated ?? asked
}

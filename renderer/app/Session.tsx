import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { start } from '../../resources/locales/en/start'
import type { PracticeName, Who } from '../../shared/contract'
import { clinic, Seat, useAnswer, useEvent } from '../client'
import { forgetDrafts, Waiting, wording } from '../components'
import { CriticalCall } from '../features/critical'
import { usePreferences } from '../features/language'
import { SignInScreen } from '../features/sign-in'
import { Curtain } from './Curtain'
import { ErrorBoundary } from './ErrorBoundary'
import { HostNotice } from './HostNotice'
import { bringDraftsBack, type DraftKeeper, keepDrafts, type Unfinished } from './keepDrafts'

const t = wording(start)
const loadClinic = () => import('./Clinic')
const Clinic = lazy(loadClinic)

/** Questions that may be answered before anyone has signed in; all other answers belong to a person. */
const anybodys: readonly unknown[] = ['practiceState', 'signInChoices', 'whoAmI']

/**
 * Who is at work on this window. A lock, or a host that died, hides the screens and keeps them; the same
 * person goes on where they were. Another person starts afresh: answers of the first are dropped, and what the first
 * typed waits for them on disk.
 */
export const Session = ({ practice, station }: { readonly practice: PracticeName; readonly station: string }) => {
  const { value: who } = useAnswer('whoAmI')
  // Asked together: the sign-in screen then stands one round trip earlier.
  useAnswer('signInChoices')
  const answers = useQueryClient()
  const [seated, setSeated] = useState<Who | null>(null)
  const [unfinished, setUnfinished] = useState<readonly Unfinished[]>([])
  const keeper = useRef<DraftKeeper>(undefined)
  const [restarted, setRestarted] = useState(false)
  /** The person has signed out; until the host says so too, the old answer must not seat them again. */
  const [left, setLeft] = useState(false)
  useEvent('hostChanged', ({ host, state }) => {
    if (host === 'practice' && state !== 'running') setRestarted(true)
  })
  useEffect(() => {
    // oxlint-disable-next-line react/set-state-in-effect -- the host's answer ends the waiting for it
    if (who === null) setLeft(false)
    if (!who || who.locked || left) return
    const sitDown = () => {
      setSeated(who)
      setRestarted(false)
    }
    if (seated?.practitioner === who.practitioner) return sitDown()
    keeper.current?.stop()
    forgetDrafts()
    answers.removeQueries({ predicate: ({ queryKey }) => !anybodys.includes(queryKey[0]) })
    if (seated) {
      window.location.hash = ''
      // oxlint-disable-next-line react/set-state-in-effect -- the screens of the first go before the second's drafts come
      return setSeated(null)
    }
    let isAwaited = true
    void bringDraftsBack(clinic).then((found) => {
      if (!isAwaited) return
      keeper.current = keepDrafts(who.practitioner, clinic, () => window.location.hash.replace(/^#/, ''))
      setUnfinished(found)
      sitDown()
    })
    return () => {
      isAwaited = false
    }
  }, [who, seated, left, answers])
  useEffect(() => () => keeper.current?.stop(), [])
  // Behind a lock wait the screens of whoever was at work.
  usePreferences(left ? undefined : (who ?? seated)?.practitioner)
  const leave = () => {
    keeper.current?.flush()
    keeper.current?.stop()
    setLeft(true)
    setSeated(null)
    setRestarted(false)
    forgetDrafts()
  }
  useEffect(() => {
    // The screens are fetched while the password is typed.
    const timer = setTimeout(() => void loadClinic(), 400)
    return () => clearTimeout(timer)
  }, [])
  const atWork = who && !who.locked && !left
  const showing = atWork && seated?.practitioner === who.practitioner
  return (
    <>
      {seated ? (
        <ErrorBoundary>
          <Suspense fallback={<Waiting>{t('starting')}</Waiting>}>
            <Seat value={showing ? who : seated}>
              <Clinic key={seated.practitioner} practice={practice} station={station} who={showing ? who : seated} hidden={!showing} unfinished={unfinished} onLeave={leave} />
            </Seat>
          </Suspense>
        </ErrorBoundary>
      ) : null}
      {who === undefined || atWork ? null : (
        <Curtain>
          <HostNotice />
          <CriticalCall />
          <SignInScreen practice={practice} station={station} seated={left ? null : (seated ?? who)} why={restarted ? 'restarted' : (seated || who) && !left ? 'locked' : 'start'} />
        </Curtain>
      )}
    </>
  )
}

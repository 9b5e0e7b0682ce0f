import { lazy, Suspense, useEffect, useState } from 'react'
import { start } from '../../resources/locales/en/start'
import type { Problem } from '../../shared/contract'
import { shell, useAnswer } from '../client'
import { ProblemNotice, useLanguage, useScreen, Waiting, wording } from '../components'
import { useComputersLanguage } from '../features/language'
import { Front, UnlockScreen } from '../features/sign-in'
import { HostNotice } from './HostNotice'
import { Migrating } from './Migrating'
import { Rekeying } from './Rekeying'
import { Session } from './Session'

const t = wording(start)
const FirstRunScreen = lazy(() => import('../features/first-run').then((feature) => ({ default: feature.FirstRunScreen })))
const RepairScreen = lazy(() => import('../features/repair').then((feature) => ({ default: feature.RepairScreen })))

/** From nothing to work: first run, unlocking, signing in, the clinic. */
export const App = () => {
  useLanguage()
  const { value: state, problem, refresh } = useAnswer('practiceState')
  // The recovery code must be on paper before the first-run screen may go, although the practice is open by then.
  const [holding, setHolding] = useState(false)
  useComputersLanguage(state !== undefined && state.state !== 'open')
  const training = state && 'practice' in state && state.practice.training
  useEffect(() => {
    document.documentElement.dataset['training'] = training ? 'yes' : 'no'
  }, [training])
  if (!state) return problem ? <Failed problem={problem} onAgain={refresh} /> : <Waiting>{t('starting')}</Waiting>
  if (state.state === 'failed') return <Failed problem={{ kind: state.problem, facts: {} }} onAgain={() => void shell.restart()} />
  if (holding || state.state === 'none' || state.state === 'preparing') {
    return (
      <>
        <HostNotice />
        <Suspense fallback={<Waiting>{t('starting')}</Waiting>}>
          <FirstRunScreen state={state} onHold={setHolding} />
        </Suspense>
      </>
    )
  }
  if (state.state === 'damaged' || state.state === 'repairing' || state.state === 'repaired') {
    return (
      <Suspense fallback={<Waiting>{t('starting')}</Waiting>}>
        <RepairScreen state={state} />
      </Suspense>
    )
  }
  if (state.state === 'migrating') return <Migrating practice={state.practice} done={state.done} />
  if (state.state === 'rekeying') return <Rekeying practice={state.practice} done={state.done} />
  if (state.state === 'locked') return <UnlockScreen practice={state.practice} keystore={state.keystore} />
  return <Session key={state.practice.id} practice={state.practice} station={state.station} />
}

/** The practice cannot be opened: what is the matter, and one way on. */
const Failed = ({ problem, onAgain }: { readonly problem: Problem; readonly onAgain: () => void }) => {
  useScreen('failed')
  return (
    <Front title={t('product')} line={t('product.line')}>
      <ProblemNotice problem={problem} onAgain={onAgain} />
    </Front>
  )
}

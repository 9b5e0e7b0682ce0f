import { useState } from 'react'
import { start } from '../../../resources/locales/en/start'
import type { PracticeState } from '../../../shared/contract'
import { useAct } from '../../client'
import { Button, Notice, ProblemNotice, Progress, useScreen, wording } from '../../components'
import { RestorePractice } from '../backup'
import { Front } from '../sign-in'
import { CreatePractice } from './CreatePractice'
import { JoinPractice } from './JoinPractice'
import { RecoveryCode } from './RecoveryCode'
import './firstRun.css'

const t = wording(start)

interface Props {
  readonly state: PracticeState
  /** True while the recovery code is not yet on paper: the practice is open already, and this screen must stay. */
  readonly onHold: (hold: boolean) => void
}

/** What was made and must be written down before going on. */
interface Made {
  readonly practice: string
  readonly code: string
}

/** Nothing here yet: open the demo, create a practice, or join one. */
export const FirstRunScreen = ({ state, onHold }: Props) => {
  const [way, setWay] = useState<'choose' | 'create' | 'join' | 'restore'>('choose')
  const [made, setMade] = useState<Made | null>(null)
  const [openDemo, demo] = useAct('openDemo')
  const preparing = state.state === 'preparing' ? state : null
  useScreen(made ? 'recovery-code' : preparing ? 'preparing' : way === 'choose' ? 'first-run' : `first-run-${way}`)
  const keystore = state.state === 'none' ? state.keystore : 'os'
  const keep = (practice: string, code: string) => setMade({ practice, code })
  if (made) return <RecoveryCode practice={made.practice} code={made.code} onDone={() => onHold(false)} />
  if (way === 'choose' && (preparing || demo.busy)) {
    const done = preparing?.done ?? 0
    const of = preparing?.of ?? 0
    return (
      <Front title={t('first.title')} line={t('product.line')}>
        <div className="front-form" role="status">
          <h2>{t('first.preparing')}</h2>
          <Progress label={t('first.preparing')} done={done} of={of} />
          {of > 0 ? <p>{t('first.preparing.text', { done, of })}</p> : <p>{t('starting')}</p>}
        </div>
      </Front>
    )
  }
  if (way === 'create') return <CreatePractice keystore={keystore} onHold={onHold} onMade={keep} onBack={() => setWay('choose')} />
  if (way === 'join') return <JoinPractice keystore={keystore} onHold={onHold} onMade={keep} onBack={() => setWay('choose')} />
  if (way === 'restore') return <RestorePractice state={state} keystore={keystore} onHold={onHold} onBack={() => setWay('choose')} />
  return (
    <Front title={t('first.title')} line={t('first.lead')}>
      {demo.problem ? <ProblemNotice problem={demo.problem} /> : null}
      {keystore === 'none' ? (
        <Notice tone="info" role="status" title={t('first.nokeystore')}>
          <p>{t('first.nokeystore.text')}</p>
        </Notice>
      ) : null}
      <div className="begin">
        <section className="begin-way">
          <div>
            <h2>{t('first.demo')}</h2>
            <p>{t('first.demo.text')}</p>
          </div>
          <Button onClick={() => void openDemo()}>{t('first.demo')}</Button>
        </section>
        <section className="begin-way">
          <div>
            <h2>{t('first.create')}</h2>
            <p>{t('first.create.text')}</p>
          </div>
          <Button kind="main" onClick={() => setWay('create')} autoFocus>
            {t('first.create')}
          </Button>
        </section>
        <section className="begin-way">
          <div>
            <h2>{t('first.join')}</h2>
            <p>{t('first.join.text')}</p>
          </div>
          <Button onClick={() => setWay('join')}>{t('first.join')}</Button>
        </section>
        <section className="begin-way">
          <div>
            <h2>{t('first.restore')}</h2>
            <p>{t('first.restore.text')}</p>
          </div>
          <Button onClick={() => setWay('restore')}>{t('first.restore')}</Button>
        </section>
      </div>
    </Front>
  )
}

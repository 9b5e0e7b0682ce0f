import { useState } from 'react'
import type { SyncState } from '../../../shared/contract'
import { useAct, useWho } from '../../client'
import { Button, Dialog, Fact, FactList, formatDayTime, Notice, Panel, ProblemNotice } from '../../components'
import { agreementWords, leftWords, spanWords, x } from './exchangeWords'
import { butFor, said, t } from './words'

/** How the link is: what is under way, what is in the way, and whether both sides have the same. */
export const LinkPanel = ({ state }: { readonly state: SyncState }) => {
  const { problem, progress, skewMs, agreement } = state
  const [compare, comparing] = useAct('compareWithServer')
  const [compared, setCompared] = useState<SyncState>()
  const run = async () => {
    setCompared(undefined)
    const answer = await compare()
    if (answer.ok) setCompared(answer.value)
  }
  return (
    <Panel
      id="sync-link"
      title={t('link.title')}
      actions={state.link === 'none' ? null : (
        <Button busy={comparing.busy} onClick={() => void run()}>
          {x('agreement.now')}
        </Button>
      )}
    >
      {problem === 'server-made-anew' ? <MadeAnew /> : problem ? <Notice role="status" title={said(`problem.${problem}`, problem)} /> : null}
      {comparing.problem ? <ProblemNotice problem={comparing.problem} onAgain={() => void run()} /> : null}
      {compared ? <Compared state={compared} /> : null}
      {skewMs === undefined ? null : (
        <Notice tone="abnormal" role="status" title={x(skewMs > 0 ? 'skew.ahead' : 'skew.behind', { time: spanWords(skewMs) })}>
          <p>{x('skew.text')}</p>
        </Notice>
      )}
      {progress ? (
        <Notice tone="info" title={`${x('progress.title')}: ${leftWords(progress, 'progress') ?? x('progress.left', { count: progress.left.toLocaleString('en') })}`}>
          <p>{x(`progress.${progress.phase}`)}</p>
        </Notice>
      ) : null}
      {state.link === 'none' ? (
        <p>{t('link.none')}</p>
      ) : (
        <FactList>
          <Fact name={t('link.state')}>{t(`bar.${state.link}`)}</Fact>
          <Fact name={t('link.server')}>
            <code>{state.server}</code>
          </Fact>
          <Fact name={t('link.last')}>{state.lastSync ? formatDayTime(state.lastSync) : t('link.never')}</Fact>
          <Fact name={x('agreement.fact')}>{agreementWords(agreement)}</Fact>
          <Fact name={t('link.out')}>{String(state.waitingOut)}</Fact>
          <Fact name={t('link.in')}>{state.waitingIn === undefined ? t('link.unknown') : String(state.waitingIn)}</Fact>
        </FactList>
      )}
      {agreement?.outcome === 'not-offered' ? <p className="faint">{x('agreement.not-offered.text')}</p> : null}
    </Panel>
  )
}

const tones = { agrees: 'done', differs: 'abnormal', unfinished: 'plain' } as const

/** What comparing now came to. */
const Compared = ({ state }: { readonly state: SyncState }) => {
  const outcome = state.agreement?.outcome
  if (outcome === undefined || outcome === 'not-offered') return null
  const but = outcome === 'agrees' ? butFor(state) : undefined
  return <Notice tone={but ? 'plain' : tones[outcome]} role="status" title={but ? x('agreement.now.agrees.but', but) : x(`agreement.now.${outcome}`)} />
}

/** The database that was joined is no more: what is here goes to the new one only when somebody says so. */
const MadeAnew = () => {
  const mayJoin = useWho()?.actions.includes('sync.configure') ?? false
  const [asking, setAsking] = useState(false)
  const [join, joining] = useAct('joinServerAgain')
  const go = async () => {
    const answer = await join()
    if (answer.ok) setAsking(false)
  }
  return (
    <Notice tone="abnormal" role="status" title={x('anew.title')} actions={mayJoin ? <Button onClick={() => setAsking(true)}>{x('anew.join')}</Button> : undefined}>
      <p>
        {x('anew.text')} {mayJoin ? '' : x('anew.who')}
      </p>
      {asking ? (
        <Dialog
          title={x('anew.sure')}
          closeLabel={x('anew.no')}
          onClose={() => setAsking(false)}
          onSubmit={() => void go()}
          foot={
            <Button kind="main" busy={joining.busy} onClick={() => void go()}>
              {x('anew.yes')}
            </Button>
          }
        >
          {joining.problem ? <ProblemNotice problem={joining.problem} /> : null}
          <p>{x('anew.sure.text')}</p>
        </Dialog>
      ) : null}
    </Notice>
  )
}

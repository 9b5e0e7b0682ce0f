import type { FeedEntry, FeedRules } from '../../../shared/contract'
import { Button, formatWhen, Mark } from '../../components'
import type { LiveState, PressureSeen } from './live'
import { Numbers } from './Numbers'
import { WaveTrace, type Trace } from './WaveTrace'
import { reasonWords, stateWords, t } from './words'

interface Props {
  readonly feed: FeedEntry
  readonly state: LiveState
  readonly pressure: PressureSeen | undefined
  readonly rules: FeedRules
  /** Absent: this person may not say whom it serves. */
  readonly acts?: { readonly place: () => void; readonly confirm: () => void; readonly release: () => void }
  /** Where a wave is to be drawn. */
  readonly trace?: (trace: Trace | null) => void
}

/** One monitor: its wave, its numbers, and whose they are. */
export const FeedView = ({ feed, state, pressure, rules, acts, trace }: Props) => (
  <section className="feed" data-state={feed.state} aria-label={feed.deviceName}>
    <div className="feed-glass">
      {trace ? <WaveTrace label={t('wave.pleth', { monitor: feed.deviceName })} trace={trace} /> : null}
      <Numbers feed={feed} state={state} pressure={pressure} />
    </div>
    <div className="feed-foot">
      <div className="feed-words">
        <b>{feed.deviceName}</b> {feed.label === undefined ? null : <span className="faint">{t('monitor.label', { station: feed.deviceName, label: feed.label })}</span>}
        {feed.state === 'asking' ? (
          <p role="alert">
            <Mark tone="abnormal" sign="!">
              {stateWords(feed)}
            </Mark>{' '}
            {reasonWords(feed, rules)}
          </p>
        ) : (
          <p>
            {stateWords(feed)}
            {feed.state === 'charting' && feed.confirmedBy !== undefined && feed.confirmedAt !== undefined ? <span className="faint"> · {t('confirmed', { name: feed.confirmedBy, time: formatWhen(feed.confirmedAt) })}</span> : null}
          </p>
        )}
      </div>
      {acts ? (
        <div className="acts">
          {feed.state === 'asking' ? (
            <Button kind="main" onClick={acts.confirm}>
              {t('monitor.say')}
            </Button>
          ) : null}
          {feed.state === 'nobody' ? <Button onClick={acts.confirm}>{t(feed.bed === undefined ? 'monitor.serve' : 'monitor.say')}</Button> : null}
          {feed.label === undefined ? <Button onClick={acts.place}>{t(feed.bed === undefined ? 'monitor.place' : 'monitor.move')}</Button> : null}
          {feed.state === 'nobody' ? null : (
            <Button kind="quiet" onClick={acts.release}>
              {t('monitor.release')}
            </Button>
          )}
        </div>
      ) : null}
    </div>
  </section>
)

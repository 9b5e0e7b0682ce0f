import type { FeedEntry, MeasuredVital } from '../../../shared/contract'
import { shownVitalOf } from '../../../shared/records/observation/shownVital'
import { formatTime } from '../../components'
import { unitOf, unitsNow } from '../language'
import type { LiveState, PressureSeen } from './live'
import { t } from './words'

/** In the order of monitors; a pressure is one number of two. */
const order = ['pulse', 'spo2', 'bp', 'respiratory-rate', 'temperature', 'glucose', 'weight', 'height'] as const satisfies readonly (MeasuredVital | 'bp')[]
type Shown = (typeof order)[number]

interface Props {
  readonly feed: FeedEntry
  readonly state: LiveState
  readonly pressure: PressureSeen | undefined
}

/** What a monitor shows just now, big; where it is not of now, that there is nothing, in words, and no number. */
export const Numbers = ({ feed, state, pressure }: Props) => {
  const measured = order.filter((code) => feed.measures.includes(code === 'bp' ? 'bp-systolic' : code))
  const valueOf = (code: MeasuredVital) => (state.kind === 'now' ? state.values.find((each) => each.code === code)?.value : undefined)
  const textOf = (code: Shown): string | undefined => {
    if (code !== 'bp') {
      const { decimals, toShown } = shownVitalOf(code, unitsNow())
      const value = valueOf(code)
      return value === undefined ? undefined : toShown(value).toFixed(decimals)
    }
    const [systolic, diastolic] = [valueOf('bp-systolic'), valueOf('bp-diastolic')]
    return systolic === undefined || diastolic === undefined ? undefined : `${Math.round(systolic)}/${Math.round(diastolic)}`
  }
  return (
    <div className="live" data-live={state.kind}>
      <dl className="live-numbers" aria-label={t('numbers', { monitor: feed.deviceName })}>
        {measured.map((code) => {
          const text = textOf(code)
          return (
            <div key={code} className="live-number" data-sign={code}>
              <dt>
                {t(`short.${code}`)} <span className="live-unit">{unitOf(code === 'bp' ? 'bp-systolic' : code)}</span>
              </dt>
              <dd>
                {text ?? (
                  <>
                    <span aria-hidden="true">– –</span>
                    <span className="visually-hidden">{t('number.none')}</span>
                  </>
                )}
              </dd>
              {code === 'bp' && text !== undefined && pressure ? <dd className="live-since">{t(pressure.isEarlier ? 'bp.earlier' : 'bp.since', { time: formatTime(pressure.since) })}</dd> : null}
            </div>
          )
        })}
      </dl>
      <p className="live-state" role="status">
        {stateText(feed, state)}
      </p>
    </div>
  )
}

/** Why there is no number; or, of a station that reports once a minute, of when its numbers are. */
const stateText = ({ kind }: FeedEntry, state: LiveState): string => {
  switch (state.kind) {
    case 'lost':
      return t('now.lost', { time: timeWithSeconds(state.since) })
    case 'off':
      return t('now.off')
    case 'none':
      return t('now.none')
    case 'now':
      return kind === 'station' ? t('now.reported', { time: timeWithSeconds(state.at) }) : ''
  }
}

const timeWithSeconds = (instant: string): string => `${formatTime(instant)}:${String(new Date(instant).getSeconds()).padStart(2, '0')}`

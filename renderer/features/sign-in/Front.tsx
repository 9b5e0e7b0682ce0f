import { useEffect, useState, type ReactNode } from 'react'
import { start } from '../../../resources/locales/en/start'
import { formatDay, formatTime, Mark, wording } from '../../components'
import { LanguageChoice } from '../language'
import './front.css'

const t = wording(start)

const Clock = () => {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 5_000)
    return () => clearInterval(timer)
  }, [])
  return (
    <time dateTime={now.toISOString()}>
      {formatDay(now)} {formatTime(now)}
    </time>
  )
}

/** The mark of the product: a roof and a pulse. */
export const Sign = () => (
  <span className="front-sign" aria-hidden="true">
    <svg width="26" height="26" viewBox="0 0 26 26" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round">
      <path d="M3 12 13 4l10 8" />
      <path d="M3 18h5l2.5-5 4 8 2.5-3H23" />
    </svg>
  </span>
)

interface Props {
  readonly title: string
  readonly line?: string
  readonly training?: boolean
  readonly foot?: ReactNode
  readonly children: ReactNode
}

/** What every screen before work looks like: the practice, one card, the clock. */
export const Front = ({ title, line, training, foot, children }: Props) => (
  <main className="front">
    <div className="front-head">
      <Sign />
      <div>
        <h1>{title}</h1>
        {training ? (
          <Mark tone="training" sign="▨">
            {t('signin.training')}
          </Mark>
        ) : line ? (
          <p>{line}</p>
        ) : null}
      </div>
    </div>
    <div className="front-card">{children}</div>
    <div className="front-foot">
      <span>{foot ?? t('product')}</span>
      <LanguageChoice />
      <Clock />
    </div>
  </main>
)

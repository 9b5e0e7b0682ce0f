import { useEffect, useRef } from 'react'
import { useAnswer } from '../../client'
import { say } from '../../components'
import { t } from './words'
import './inbox.css'

/** In the bar: how many results wait for the person at this window. Nothing stands there when there is none. */
export const InboxBar = () => {
  const { value: count } = useAnswer('countInbox')
  const corrected = count?.corrected
  const before = useRef<number>(undefined)
  // What comes back corrected is told, whatever screen is open; what was there at sign-in stands in the bar.
  useEffect(() => {
    if (corrected === undefined) return
    if (before.current !== undefined && corrected > before.current) say(t('told.corrected'))
    before.current = corrected
  }, [corrected])
  if (!count || count.waiting + count.toCover === 0) return null
  const { waiting, critical, toCover } = count
  const words =
    waiting === 0
      ? t('bar.cover', { count: toCover })
      : critical > 0
        ? t('bar.critical', { count: waiting, critical })
        : count.corrected > 0
          ? t('bar.corrected', { count: waiting, corrected: count.corrected })
          : t('bar', { count: waiting })
  return (
    <a className="button bar-notices" href="#/inbox" data-critical={critical > 0 || undefined}>
      {words}
    </a>
  )
}

/** The number beside the inbox in the navigation. */
export const InboxCount = () => {
  const { value: count } = useAnswer('countInbox')
  return count && count.waiting > 0 ? <span className="nav-count">{count.waiting}</span> : null
}

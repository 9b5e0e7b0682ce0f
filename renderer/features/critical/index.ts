import { lazy } from 'react'

/** Critical results: the alarm over every screen, and the screen of alerts. */
export { CriticalAlarm } from './CriticalAlarm'
export { CriticalCall } from './CriticalCall'
export const AlertsScreen = lazy(() => import('./AlertsScreen').then((feature) => ({ default: feature.AlertsScreen })))

import { lazy, type ComponentType } from 'react'
import type { PatientSummary } from '../../shared/contract'

type Parts = Record<string, ComponentType<Record<string, unknown>>>
const found = import.meta.glob<Parts>('../features/{devices,imaging,sync-status}/index.{ts,tsx}')

const part = <Props extends object>(feature: string, name: string) =>
  lazy(async () => {
    const load = found[`../features/${feature}/index.ts`] ?? found[`../features/${feature}/index.tsx`]
    const parts = await load?.()
    return { default: (parts?.[name] ?? (() => null)) as unknown as ComponentType<Props> }
  })

export const DevicesScreen = part<object>('devices', 'DevicesScreen')
export const ResultTray = part<object>('devices', 'ResultTray')
export const ReadingButton = part<{ patient: PatientSummary }>('devices', 'ReadingButton')
export const ImagingTab = part<{ patient: PatientSummary }>('imaging', 'ImagingTab')
export const ViewerScreen = part<{ patient: PatientSummary; study: string }>('imaging', 'ViewerScreen')
export const ImagingTray = part<object>('imaging', 'ImagingTray')
export const SyncBar = part<object>('sync-status', 'SyncBar')
export const SyncScreen = part<object>('sync-status', 'SyncScreen')
export const ReviewItems = part<{ patient?: string }>('sync-status', 'ReviewItems')

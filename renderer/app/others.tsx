import { lazy, type ComponentType } from 'react'

type Parts = Record<string, ComponentType<Record<string, unknown>>>
const found = import.meta.glob<Parts>('../features/sync-status/index.{ts,tsx}')

const part = <Props extends object>(name: string) =>
  lazy(async () => {
    const load = found['../features/sync-status/index.ts'] ?? found['../features/sync-status/index.tsx']
    const parts = await load?.()
    return { default: (parts?.[name] ?? (() => null)) as unknown as ComponentType<Props> }
  })

export const DevicesScreen = lazy(() => import('../features/devices').then((feature) => ({ default: feature.DevicesScreen })))
export const ResultTray = lazy(() => import('../features/devices').then((feature) => ({ default: feature.ResultTray })))
export const ReadingButton = lazy(() => import('../features/devices').then((feature) => ({ default: feature.ReadingButton })))
export const ImagingTab = lazy(() => import('../features/imaging').then((feature) => ({ default: feature.ImagingTab })))
export const ImagingTray = lazy(() => import('../features/imaging').then((feature) => ({ default: feature.ImagingTray })))
export const ViewerScreen = lazy(() => import('../features/imaging').then((feature) => ({ default: feature.ViewerScreen })))
export const SyncBar = part<object>('SyncBar')
export const SyncScreen = part<object>('SyncScreen')
export const ReviewItems = part<{ patient?: string }>('ReviewItems')

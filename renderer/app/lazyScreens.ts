import { lazy } from 'react'

/** Screens that are fetched when they are first shown. */
export const DevicesScreen = lazy(() => import('../features/devices').then((feature) => ({ default: feature.DevicesScreen })))
export const ResultTray = lazy(() => import('../features/devices').then((feature) => ({ default: feature.ResultTray })))
export const ReadingButton = lazy(() => import('../features/devices').then((feature) => ({ default: feature.ReadingButton })))
export const ImagingTab = lazy(() => import('../features/imaging').then((feature) => ({ default: feature.ImagingTab })))
export const ImagingTray = lazy(() => import('../features/imaging').then((feature) => ({ default: feature.ImagingTray })))
export const ViewerScreen = lazy(() => import('../features/imaging').then((feature) => ({ default: feature.ViewerScreen })))
export const SyncBar = lazy(() => import('../features/sync-status').then((feature) => ({ default: feature.SyncBar })))
export const SyncScreen = lazy(() => import('../features/sync-status').then((feature) => ({ default: feature.SyncScreen })))
export const ReviewItems = lazy(() => import('../features/sync-status').then((feature) => ({ default: feature.ReviewItems })))
export const StorageScreen = lazy(() => import('../features/storage').then((feature) => ({ default: feature.StorageScreen })))
export const DiskWarning = lazy(() => import('../features/storage').then((feature) => ({ default: feature.DiskWarning })))
export const BackupBar = lazy(() => import('../features/backup').then((feature) => ({ default: feature.BackupBar })))
export const BackupScreen = lazy(() => import('../features/backup').then((feature) => ({ default: feature.BackupScreen })))
export const StaffScreen = lazy(() => import('../features/staff').then((feature) => ({ default: feature.StaffScreen })))
export const SecurityScreen = lazy(() => import('../features/security').then((feature) => ({ default: feature.SecurityScreen })))
export const AuditScreen = lazy(() => import('../features/staff').then((feature) => ({ default: feature.AuditScreen })))

import { lazy } from 'react'

const imaging = () => import('../features/imaging')

/** Fetches the code of a chart's images while the window has nothing else to do; answers how to leave it. */
export const fetchImagingWhenIdle = (): (() => void) => {
  if (typeof window.requestIdleCallback !== 'function') return () => undefined
  const idle = window.requestIdleCallback(() => void imaging(), { timeout: 3_000 })
  return () => window.cancelIdleCallback(idle)
}

/** Screens that are fetched when they are first shown. */
export const DevicesScreen = lazy(() => import('../features/devices').then((feature) => ({ default: feature.DevicesScreen })))
export const ResultTray = lazy(() => import('../features/tray').then((feature) => ({ default: feature.ResultTray })))
export const LabScreen = lazy(() => import('../features/lab-review').then((feature) => ({ default: feature.LabScreen })))
export const ReadingButton = lazy(() => import('../features/devices').then((feature) => ({ default: feature.ReadingButton })))
export const HandoverScreen = lazy(() => import('../features/handover').then((feature) => ({ default: feature.HandoverScreen })))
export const WardRoundScreen = lazy(() => import('../features/ward-round').then((feature) => ({ default: feature.WardRoundScreen })))
export const QueueScreen = lazy(() => import('../features/triage').then((feature) => ({ default: feature.QueueScreen })))
export const BedsScreen = lazy(() => import('../features/bedside').then((feature) => ({ default: feature.BedsScreen })))
export const PatientBedQuestions = lazy(() => import('../features/bedside').then((feature) => ({ default: feature.PatientBedQuestions })))
export const UnknownBeds = lazy(() => import('../features/bedside').then((feature) => ({ default: feature.UnknownBeds })))
export const ImagingTab = lazy(() => imaging().then((feature) => ({ default: feature.ImagingTab })))
export const ImagingTray = lazy(() => imaging().then((feature) => ({ default: feature.ImagingTray })))
export const ImagingSettings = lazy(() => imaging().then((feature) => ({ default: feature.ImagingSettings })))
export const ViewerScreen = lazy(() => imaging().then((feature) => ({ default: feature.ViewerScreen })))
export const InboxScreen = lazy(() => import('../features/inbox').then((feature) => ({ default: feature.InboxScreen })))
export const InboxBar = lazy(() => import('../features/inbox').then((feature) => ({ default: feature.InboxBar })))
export const InboxCount = lazy(() => import('../features/inbox').then((feature) => ({ default: feature.InboxCount })))
export const SyncBar = lazy(() => import('../features/sync-status').then((feature) => ({ default: feature.SyncBar })))
export const SyncScreen = lazy(() => import('../features/sync-status').then((feature) => ({ default: feature.SyncScreen })))
export const HubScreen = lazy(() => import('../features/hub').then((feature) => ({ default: feature.HubScreen })))
export const ReviewScreen = lazy(() => import('../features/review').then((feature) => ({ default: feature.ReviewScreen })))
export const ReviewItems = lazy(() => import('../features/review').then((feature) => ({ default: feature.ReviewItems })))
export const StorageScreen = lazy(() => import('../features/storage').then((feature) => ({ default: feature.StorageScreen })))
export const OlderRecords = lazy(() => import('../features/storage').then((feature) => ({ default: feature.OlderRecords })))
export const DiskWarning = lazy(() => import('../features/storage').then((feature) => ({ default: feature.DiskWarning })))
export const BackupBar = lazy(() => import('../features/backup').then((feature) => ({ default: feature.BackupBar })))
export const BackupScreen = lazy(() => import('../features/backup').then((feature) => ({ default: feature.BackupScreen })))
export const WorkbenchScreen = lazy(() => import('../features/workbench').then((feature) => ({ default: feature.WorkbenchScreen })))
export const TerminalScreen = lazy(() => import('../features/terminal').then((feature) => ({ default: feature.TerminalScreen })))
export const StaffScreen = lazy(() => import('../features/staff').then((feature) => ({ default: feature.StaffScreen })))
export const CodeSetsScreen = lazy(() => import('../features/codes').then((feature) => ({ default: feature.CodeSetsScreen })))
export const SecurityScreen = lazy(() => import('../features/security').then((feature) => ({ default: feature.SecurityScreen })))
export const AuditScreen = lazy(() => import('../features/staff').then((feature) => ({ default: feature.AuditScreen })))

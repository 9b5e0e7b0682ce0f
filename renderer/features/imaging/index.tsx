import { lazy, Suspense } from 'react'
import { Waiting } from '../../components'
import type { ViewerProps } from './viewer/ViewerScreen'
import { t } from './words'

export { ImagingTab } from './ImagingTab'
export { ImagingTray } from './ImagingTray'
export { ImagingSettings } from './settings/ImagingSettings'

const Viewer = lazy(() => import('./viewer/ViewerScreen'))

/** Loaded when a study is opened; the viewer's engine (4 MB) follows when there is a picture to show. */
export const ViewerScreen = (props: ViewerProps) => (
  <Suspense fallback={<Waiting>{t('viewer.opening')}</Waiting>}>
    <Viewer {...props} />
  </Suspense>
)

import { lazy, Suspense, type ComponentProps } from 'react'
import { common } from '../../../../resources/locales/en/common'
import { Waiting } from '../../../components'
import type { ViewerPanel } from '../viewer/parts'
import { r } from './words'

export { ReportsPanel } from './ReportsPanel'

const LazyReport = lazy(() => import('./ReportPanel').then(({ ReportPanel }) => ({ default: ReportPanel })))

/** The report beside the images. */
export const reportPanel: ViewerPanel = {
  id: 'report',
  get label() { return r('panel') },
  Panel: (props: ComponentProps<ViewerPanel['Panel']>) => (
    <Suspense fallback={<Waiting>{common.waiting}</Waiting>}>
      <LazyReport {...props} />
    </Suspense>
  ),
}

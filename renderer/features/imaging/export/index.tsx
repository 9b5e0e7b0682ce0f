import { lazy, Suspense, type ComponentProps } from 'react'
import { Waiting } from '../../../components'
import { common } from '../../../../resources/locales/en/common'
import type { ViewerPanel } from '../viewer/parts'
import { x } from './words'

export { ExportStudy } from './ExportStudy'

const LazyPictures = lazy(() => import('./PicturesPanel').then(({ PicturesPanel }) => ({ default: PicturesPanel })))

/** Prints pictures and keeps them as files. */
export const picturesPanel: ViewerPanel = {
  id: 'pictures',
  get label() { return x('pictures') },
  Panel: (props: ComponentProps<ViewerPanel['Panel']>) => (
    <Suspense fallback={<Waiting>{common.waiting}</Waiting>}>
      <LazyPictures {...props} />
    </Suspense>
  ),
}

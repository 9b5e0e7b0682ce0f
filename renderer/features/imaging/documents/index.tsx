import { lazy, Suspense, type ComponentProps } from 'react'
import { Waiting } from '../../../components'
import type { DocumentView, ViewerPanel } from '../viewer/parts'
import { d } from './words'

const LazyDocument = lazy(() => import('./DocumentView').then(({ DocumentView: View }) => ({ default: View })))
const LazyTags = lazy(() => import('./tags/TagPanel').then(({ TagPanel }) => ({ default: TagPanel })))

/** Reports, curves and documents in their place of the stack. */
export const documents: DocumentView = {
  id: 'documents',
  shows: ({ cannotShow }) => cannotShow === 'not-an-image',
  View: (props: ComponentProps<DocumentView['View']>) => (
    <Suspense fallback={<Waiting>{d('opening')}</Waiting>}>
      <LazyDocument {...props} />
    </Suspense>
  ),
}

/** The tags of the file on the glass. */
export const tagPanel: ViewerPanel = {
  id: 'tags',
  get label() { return d('tags') },
  keys: 'F',
  Panel: (props: ComponentProps<ViewerPanel['Panel']>) => (
    <Suspense fallback={<Waiting>{d('tags.opening')}</Waiting>}>
      <LazyTags {...props} />
    </Suspense>
  ),
}

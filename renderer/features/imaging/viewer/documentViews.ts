import { documents } from '../documents'
import type { DocumentView } from './parts'

/** What shows an instance that is no image; the first that can, does. One line for each feature; each loads itself. */
export const documentViews: readonly DocumentView[] = [documents]

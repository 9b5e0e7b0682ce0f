import { termTable } from '../finder/terms'
import type { DerivedTable } from '../storage'

/** What is kept beside the records, in the same file and transaction; how: `storage/derived.ts`. */
export const recordDerived: readonly DerivedTable[] = [termTable as DerivedTable]

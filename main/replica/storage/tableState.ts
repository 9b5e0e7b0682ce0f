import { RememberedCounts } from './counts'
import type { EncryptedFile } from './encryptedFile'

/** What is known of a table, by all who have it open. */
export interface TableState {
  /** Whether a document has a value in an indexed field that its column cannot hold: then columns are not trusted. */
  odd: boolean
  /** Rises with every write, so that a long read sees that one came in between. */
  version: number
  readonly counts: RememberedCounts
}

const states = new WeakMap<EncryptedFile, Map<string, TableState>>()

/** One and the same for every instance on the table. */
export const tableStateOf = (file: EncryptedFile, table: string): TableState => {
  const tables = states.get(file) ?? new Map<string, TableState>()
  states.set(file, tables)
  const state = tables.get(table) ?? { odd: false, version: 0, counts: new RememberedCounts() }
  tables.set(table, state)
  return state
}

/** The table is no more. */
export const forgetTable = (file: EncryptedFile, table: string): void => {
  const tables = states.get(file)
  tables?.get(table)?.counts.forget()
  tables?.delete(table)
}

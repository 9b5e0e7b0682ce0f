import { join } from 'node:path'
import type { Patient } from 'fhir/r4'
import { searchParametersOf } from '../../../shared/records/search'
import { termTable } from '../../../main/replica/finder/terms'
import { type DerivedTable, EncryptedFile } from '../../../main/replica/storage'
import { derivedRows, ensureDerived } from '../../../main/replica/storage/derived'
import { scratchFolder } from '../../harness/folders'

/** What the index takes by itself. */
export interface IndexFigures {
  readonly mb: number
  readonly rows: number
  /** Rows made of the records and written, encrypted, 500 patients in a transaction. */
  readonly buildSeconds: number
}

const batchPatients = 500

/** Fills the index alone, in a file of its own: as the storage does with records of which it has no index yet. */
export const measureIndex = (patients: readonly Patient[]): IndexFigures => {
  const folder = scratchFolder('bench-search-index')
  const file = EncryptedFile.open(join(folder.path, 'index.db'), new Uint8Array(32).fill(7))
  try {
    file.exec('CREATE TABLE outpost_tables (name TEXT PRIMARY KEY, layout TEXT NOT NULL) WITHOUT ROWID')
    file.exec('CREATE TABLE bench (seq INTEGER PRIMARY KEY, doc TEXT, seal TEXT)')
    const tables = [termTable as DerivedTable]
    ensureDerived(file, 'bench', tables)
    const derived = derivedRows(file, 'bench', tables)
    const started = performance.now()
    for (let from = 0; from < patients.length; from += batchPatients) {
      file.transaction(() =>
        patients.slice(from, from + batchPatients).forEach((resource, place) => derived.put({ type: 'Patient', resource, search: searchParametersOf('Patient', resource) }, from + place + 1, undefined)),
      )
    }
    const buildSeconds = (performance.now() - started) / 1000
    const [[pages] = [], [pageBytes] = []] = [file.all('PRAGMA page_count')[0], file.all('PRAGMA page_size')[0]]
    const [rows] = file.all(`SELECT count(*) FROM ${derived.nameOf('terms')}`)
    return { mb: (Number(pages) * Number(pageBytes)) / 1e6, rows: Number(rows?.[0]), buildSeconds }
  } finally {
    file.close()
    folder.remove()
  }
}

import { useCallback, useEffect, useState } from 'react'
import type { Reading } from '../reading'
import type { TagRow } from './rows'

interface Rows {
  readonly rows: readonly TagRow[] | undefined
  /** The rows that a person asks for; none as long as there are none. */
  readonly filter: (words: string) => readonly TagRow[]
}

/** The lines of a file; the dictionary (1 MB) is loaded with them. */
export const useRows = (reading: Reading | undefined): Rows => {
  const [listed, setListed] = useState<{ readonly rows: readonly TagRow[]; readonly filterRows: (rows: readonly TagRow[], words: string) => readonly TagRow[] }>()
  useEffect(() => {
    if (!reading) return
    let gone = false
    void import('./rows').then(({ tagRows, filterRows }) => {
      if (!gone) setListed({ rows: tagRows(reading), filterRows })
    })
    return () => {
      gone = true
    }
  }, [reading])
  const filter = useCallback((words: string) => (listed ? listed.filterRows(listed.rows, words) : []), [listed])
  return { rows: listed?.rows, filter }
}

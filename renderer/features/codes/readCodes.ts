import { type CodeFileKind, type CodeSetAbout, kindOfCodeFile, readCodeFile, type RowFault } from '../../../shared/standards/code-set'

/** More than any list has; a file that goes on is read so far. */
export const mostCodes = 200_000
/** Larger files are no lists of codes; in megabytes. */
export const largestFile = 40
/** Faults that are named; the others are counted. */
const namedFaults = 50
/** What is read in one go, milliseconds: the window goes on answering. */
const turnMs = 12
/** Rows between two looks at the clock. */
const rowsBetween = 200

/** A code as it will be kept. */
export interface ReadConcept {
  readonly code: string
  readonly display: string
  readonly terms: readonly string[]
}

/** A row that cannot be taken in. */
export interface ReadFault {
  readonly row: number
  readonly fault: RowFault | 'twice'
  readonly code?: string
}

/** What a file holds. */
export interface ReadCodes {
  readonly kind: CodeFileKind
  readonly concepts: readonly ReadConcept[]
  /** The first of them. */
  readonly faults: readonly ReadFault[]
  readonly faultCount: number
  readonly about: CodeSetAbout
  /** There were more codes than are taken in. */
  readonly isCut: boolean
}

const giveWay = () => new Promise<void>((resolve) => setTimeout(resolve))

/** Reads a list of codes in turns; `isWanted` ends it early, with undefined. */
export const readCodes = async (text: string, { isWanted, onProgress }: { readonly isWanted: () => boolean; readonly onProgress: (count: number) => void }): Promise<ReadCodes | undefined> => {
  const kind = kindOfCodeFile(text)
  const rows = readCodeFile(kind, text)
  const concepts: ReadConcept[] = []
  const known = new Set<string>()
  const faults: ReadFault[] = []
  let faultCount = 0
  const refuse = (fault: ReadFault) => {
    faultCount += 1
    if (faults.length < namedFaults) faults.push(fault)
  }
  let looked = performance.now()
  for (let count = 1; ; count += 1) {
    const step = rows.next()
    if (step.done) return { kind, concepts, faults, faultCount, about: step.value, isCut: false }
    const row = step.value
    if ('fault' in row) refuse(row)
    else if (known.has(row.code)) refuse({ row: row.row, fault: 'twice', code: row.code })
    else if (concepts.length >= mostCodes) return { kind, concepts, faults, faultCount, about: {}, isCut: true }
    else {
      known.add(row.code)
      concepts.push({ code: row.code, display: row.display, terms: row.terms })
    }
    if (count % rowsBetween !== 0 || performance.now() - looked < turnMs) continue
    onProgress(concepts.length)
    await giveWay()
    if (!isWanted()) return undefined
    looked = performance.now()
  }
}

import { pageSize } from './pageTag'

/** A page of a b-tree (https://sqlite.org/fileformat2.html#b_tree_pages), as far as it leads to others. */
export interface TreePage {
  readonly isLeaf: boolean
  readonly children: readonly number[]
  /** First pages of what did not fit into this one. */
  readonly overflow: readonly number[]
}

const interiorIndex = 2
const interiorTable = 5
const leafIndex = 10
const leafTable = 13

/** The local parts of a payload of `length` bytes, by the formulas of the file format. */
const localLength = (length: number, isTableLeaf: boolean): number => {
  const most = isTableLeaf ? pageSize - 35 : Math.floor(((pageSize - 12) * 64) / 255) - 23
  if (length <= most) return length
  const least = Math.floor(((pageSize - 12) * 32) / 255) - 23
  const fitted = least + ((length - least) % (pageSize - 4))
  return fitted <= most ? fitted : least
}

/** SQLite's varint: up to nine bytes, seven bits in each but the last. */
const varint = (bytes: Buffer, at: number): readonly [value: number, next: number] => {
  let value = 0
  for (let place = 0; place < 8; place += 1) {
    const byte = bytes[at + place] ?? 0
    value = value * 128 + (byte & 127)
    if (byte < 128) return [value, at + place + 1]
  }
  return [value * 256 + (bytes[at + 8] ?? 0), at + 9]
}

/** Reads a page whose bytes have been checked; `contents` is what SQLite decrypted. Undefined: no page of a b-tree. */
export const readTreePage = (page: number, contents: Buffer): TreePage | undefined => {
  const start = page === 1 ? 100 : 0
  const type = contents[start]
  if (type !== interiorIndex && type !== interiorTable && type !== leafIndex && type !== leafTable) return undefined
  const isLeaf = type === leafIndex || type === leafTable
  const cells = contents.readUInt16BE(start + 3)
  const pointers = start + (isLeaf ? 8 : 12)
  const children: number[] = []
  const overflow: number[] = []
  for (let cell = 0; cell < cells; cell += 1) {
    let at = contents.readUInt16BE(pointers + cell * 2)
    if (!isLeaf) {
      children.push(contents.readUInt32BE(at))
      at += 4
    }
    if (type === interiorTable) continue
    const [length, behindLength] = varint(contents, at)
    const payload = type === leafTable ? varint(contents, behindLength)[1] : behindLength
    const local = localLength(length, type === leafTable)
    if (local < length) overflow.push(contents.readUInt32BE(payload + local))
  }
  if (!isLeaf) children.push(contents.readUInt32BE(start + 8))
  return { isLeaf, children, overflow }
}

/** How much of a b-tree an answer rests on. */
export type Depth =
  /** What leads to its leaves: a row is looked up by its number, and its own seal speaks for it. */
  | 'way'
  /** All that lies in its pages. An index is answered from. */
  | 'leaves'
  /** Also what did not fit into them. A table is searched. */
  | 'all'

/** What the walk needs. */
export interface TreeReader {
  /** Throws when the page is not what was written. */
  check(page: number): void
  /** The contents of a page that was checked. */
  contents(page: number): Buffer
  /** The tree is not a tree. */
  broken(page: number): never
  /** Pages of the file. */
  readonly pages: number
}

/*
 * The whole file is checked in large pieces: a page of it takes about a tenth of the time of a page that is read alone, and a
 * twenty-fifth of one that SQLite decrypts.
 */
const ofReading = 10
const ofDecrypting = 25

/** Checks the b-tree at `root`. False: the whole file is checked sooner than so many leaves; nothing but the way has been checked. */
export const checkTree = ({ check, contents, broken, pages: filePages }: TreeReader, root: number, depth: Depth): boolean => {
  const read = (page: number): TreePage => {
    check(page)
    return readTreePage(page, contents(page)) ?? broken(page)
  }
  const follow = (first: number): void => {
    for (let page = first; page !== 0; page = contents(page).readUInt32BE(0)) check(page)
  }
  let level = [root]
  for (;;) {
    const first = read(level[0] as number)
    if (first.isLeaf) break
    const pages = [first, ...level.slice(1).map(read)]
    pages.forEach(({ overflow }) => overflow.forEach(follow))
    level = pages.flatMap(({ children }) => children)
  }
  if (depth === 'way') return true
  if (level.length * (depth === 'all' ? ofDecrypting : ofReading) > filePages) return false
  if (depth === 'leaves') level.forEach(check)
  else for (const page of level) read(page).overflow.forEach(follow)
  return true
}

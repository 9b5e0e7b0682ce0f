/*
 * Where everything stands on the paper, in millimetres of A4. Lines are broken here and not by the browser, so that a report has the same pages
 * with any font on any computer: nothing moves, nothing is cut, and no row is torn apart by the end of a page.
 */

/** A4 and its margins. */
export const paper = { width: 210, height: 297, margin: 12 } as const

const contentWidth = paper.width - 2 * paper.margin

/** The columns of the results: where they begin and how wide they are. */
export const columns = {
  test: { at: 0, width: 60 },
  result: { at: 60, width: 28 },
  unit: { at: 88, width: 28 },
  range: { at: 116, width: 46 },
  flag: { at: 162, width: 24 },
} as const
/** See {@link columns}. */
export type Column = keyof typeof columns

/** Height of a line of text; of the head of the table; of what stands below the results. */
const heights = { line: 4.4, between: 1.6, tableHead: 6, foot: 12, end: 6 } as const
/** No letter of 9 pt is taken for narrower; those of wide scripts count twice. */
const letterMm = 1.95

const lettersIn = (width: number): number => Math.floor(width / letterMm)

/** Letters that are as wide as two: Chinese, Japanese, Korean, full-width forms, emoji. */
const wide = /[ᄀ-ᅟ⺀-꓏가-힣豈-﫿︰-﹯＀-｠￠-￦]|\p{Extended_Pictographic}/u
const lengthOf = (text: string): number => [...text].reduce((sum, letter) => sum + (wide.test(letter) ? 2 : 1), 0)

/** A text in lines of at most so many letters, broken between words, and within one that is longer than a line. */
export const brokenInto = (text: string, letters: number): string[] =>
  text.split('\n').flatMap((paragraph) => {
    const lines: string[] = []
    let line = ''
    for (const word of paragraph.split(/\s+/).filter(Boolean)) {
      if (lengthOf(line) + (line === '' ? 0 : 1) + lengthOf(word) <= letters) {
        line = line === '' ? word : `${line} ${word}`
        continue
      }
      if (line !== '') lines.push(line)
      line = ''
      for (const letter of word) {
        if (lengthOf(line) + lengthOf(letter) > letters) {
          lines.push(line)
          line = ''
        }
        line += letter
      }
    }
    return line === '' && lines.length > 0 ? lines : [...lines, line]
  })

/** One result with what is said of it. */
export interface PrintRow {
  readonly cells: Readonly<Record<Column, string>>
  /** Under it, over the whole width: how it was worked out, what it was before, remarks, long words. */
  readonly notes: readonly string[]
  /** Printed in bold: it is outside what is expected. */
  readonly isStriking: boolean
}

/** What stands in the head of a page: the patient on each, the order on the first. */
export interface PrintHead {
  readonly letterhead: readonly string[]
  readonly patient: readonly string[]
  readonly order: readonly string[]
  /** What must be seen first: not verified, corrected. */
  readonly warnings: readonly string[]
}

/** Text at its place, from the start and the top of what is printable. */
export interface PlacedText {
  readonly kind: 'letterhead' | 'patient' | 'order' | 'warning' | 'column' | 'cell' | 'note' | 'end'
  readonly text: string
  readonly at: number
  readonly top: number
  readonly width: number
  readonly isBold: boolean
}

/** One page: its texts, and lines ruled over its whole width. */
export interface PrintPage {
  readonly texts: readonly PlacedText[]
  readonly rules: readonly number[]
}

const printable = paper.height - 2 * paper.margin - heights.foot

class PageInWork {
  readonly texts: PlacedText[] = []
  readonly rules: number[] = []
  top = 0

  put(kind: PlacedText['kind'], lines: readonly string[], { at = 0, width = contentWidth, isBold = false }: { readonly at?: number; readonly width?: number; readonly isBold?: boolean } = {}): void {
    lines.forEach((text, index) => this.texts.push({ kind, text, at, top: round(this.top + index * heights.line), width, isBold }))
  }

  /** Goes down by so many lines. */
  below(lines: number, more = 0): void {
    this.top = round(this.top + lines * heights.line + more)
  }

  rule(): void {
    this.rules.push(this.top)
    this.top = round(this.top + heights.between)
  }
}

const round = (mm: number): number => Math.round(mm * 10) / 10

const whole = lettersIn(contentWidth)
const half = { width: contentWidth / 2 - 2, second: contentWidth / 2 + 2 } as const

const headed = (head: PrintHead, isFirst: boolean, names: Readonly<Record<Column, string>>): PageInWork => {
  const page = new PageInWork()
  const perHalf = lettersIn(half.width)
  const [left, right] = [head.letterhead.flatMap((each) => brokenInto(each, perHalf)), head.patient.flatMap((each) => brokenInto(each, perHalf))]
  page.put('letterhead', left, { width: half.width })
  page.put('patient', right, { at: half.second, width: half.width })
  page.below(Math.max(left.length, right.length), heights.between)
  page.rule()
  if (isFirst) {
    const facts = head.order.map((each) => brokenInto(each, perHalf))
    for (let index = 0; index < facts.length; index += 2) {
      const [one, other] = [facts[index]!, facts[index + 1] ?? []]
      page.put('order', one, { width: half.width })
      page.put('order', other, { at: half.second, width: half.width })
      page.below(Math.max(one.length, other.length))
    }
    page.below(0, heights.between)
  }
  for (const warning of head.warnings) {
    const lines = brokenInto(warning, whole)
    page.put('warning', lines, { isBold: true })
    page.below(lines.length)
  }
  for (const [column, { at, width }] of Object.entries(columns) as [Column, { at: number; width: number }][]) page.put('column', [names[column]], { at, width, isBold: true })
  page.below(0, heights.tableHead)
  page.rule()
  return page
}

/** A long answer is no cell: its words stand under the row. */
const isLong = (text: string, column: Column): boolean => lengthOf(text) > 2 * lettersIn(columns[column].width) || text.includes('\n')

/**
 * The pages of a report.
 * @param names of the columns
 * @param ending said once, under the last result
 */
export const pagesOf = (head: PrintHead, names: Readonly<Record<Column, string>>, rows: readonly PrintRow[], ending: readonly string[]): PrintPage[] => {
  let page = headed(head, true, names)
  const pages = [page]
  const needs = (height: number) => {
    if (page.top + height <= printable) return
    page = headed(head, false, names)
    pages.push(page)
  }
  for (const { cells, notes, isStriking } of rows) {
    const words = isLong(cells.result, 'result')
    const lines = (Object.keys(columns) as Column[]).map((column) => [column, column === 'result' && words ? [] : brokenInto(cells[column], lettersIn(columns[column].width))] as const)
    const high = Math.max(1, ...lines.map(([, broken]) => broken.length))
    const below = [...(words ? [cells.result] : []), ...notes].flatMap((note) => brokenInto(note, whole))
    needs(high * heights.line + Math.min(below.length, 12) * heights.line + heights.between)
    for (const [column, broken] of lines) page.put('cell', broken, { ...columns[column], isBold: isStriking && (column === 'result' || column === 'flag') })
    page.below(high)
    for (const line of below) {
      needs(heights.line)
      page.put('note', [line])
      page.below(1)
    }
    page.below(0, heights.between)
  }
  const last = ending.flatMap((each) => brokenInto(each, whole))
  needs(heights.end + last.length * heights.line)
  page.rule()
  page.put('end', last)
  return pages.map(({ texts, rules }) => ({ texts, rules }))
}

import fc from 'fast-check'

/** How a schema declares a field; `free`: not at all, so that no index can hold it. */
export type FieldKind = 'text' | 'number' | 'integer' | 'boolean' | 'free'

/**
 * A value before it is known which field it is for, so that a failing case stays valid however it is shrunk: a place
 * in the case's vocabulary, a text of its own, or a value of whatever type.
 */
export type Cell = number | { readonly text: string } | { readonly odd: unknown }

const longText = 'ع'.repeat(3000)

/** Texts that databases are known to compare, cut or refuse in their own ways. */
export const texts: readonly string[] = [
  '', 'a', 'A', 'b', 'ab', 'abc', ' ', 'a ', ' a', 'é', 'e\u0301', 'ß', 'z', 'Z', '10', '9', '2026-11-21', '2026-11-20T08:00', 'null', 'true', '%', '_', 'a%',
  "o'b", 'a"b', 'a\\b', 'محمد', 'مُحَمَّد', 'मोहन', '王', '😀', '😀a', '👩\u200d⚕️', '\ud83d', '\ude00', 'a\ud83d', '\ude00\ud83d', '\0', 'a\0b', 'a\0', '\u0001', 'a\u0001',
  '\u0002', '\u007f', '\u0080', '\ud7ff', '\ue000', '\ufffd', '\uffff', 'a\uffff', '\uffff\uffff', '\u{10ffff}', '\u{10000}', '\n', 'a\nb', '\ufeff', longText, `${longText}😀`, 'x'.repeat(9000),
]

/** Numbers at the edges of what doubles, 64-bit integers and SQLite's own number format can say. */
export const numbers: readonly number[] = [
  0, -0, 1, -1, 2, 3, 0.5, -0.5, 10, 9, 100, 1e308, -1e308, Number.MAX_VALUE, 5e-324, 1e-7, 0.1, 0.1 + 0.2, 0.3, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2,
  -(2 ** 53) - 2, 2 ** 63, -(2 ** 63), 2 ** 64, 1e21, 1e15 + 0.25, 1700000000000,
]

const odds: readonly unknown[] = [null, null, 7, 'a', '', true, [], ['a', 'z'], [1, 2, null], [['a']], {}, { x: 'a' }, [{ x: 'a' }, { x: 'b' }], [{ k: 1 }, { k: 'a' }], { k: [1, 'a'] }]

const halves = ['\ud800', '\udbff', '\udc00', '\udfff', '\0', '\u0001', '\u0002', '\uffff', '\ue000', 'a', 'b', 'é', '王', '😀', "'"]
const freshText = fc.array(fc.constantFrom(...halves), { maxLength: 4 }).map((parts) => parts.join(''))

/** The few values that a case speaks of, as places in the pools: few, so that questions meet documents. */
export type Vocabulary = readonly number[]

const words = 6
export const vocabulary: fc.Arbitrary<Vocabulary> = fc.array(fc.nat({ max: 59 }), { minLength: words, maxLength: words })

const fromVocabulary: fc.Arbitrary<Cell> = fc.nat({ max: words - 1 })
const fresh: fc.Arbitrary<Cell> = freshText.map((text) => ({ text }))
const odd: fc.Arbitrary<Cell> = fc.constantFrom(...odds).map((value) => ({ odd: value }))

/** Cells of the kind that the schema declares. */
export const tidyCell: fc.Arbitrary<Cell> = fc.oneof({ weight: 19, arbitrary: fromVocabulary }, { weight: 1, arbitrary: fresh })

/** Cells of the declared kind but for one here and there: the storage must notice the first. */
export const nearlyTidyCell: fc.Arbitrary<Cell> = fc.oneof({ weight: 99, arbitrary: fromVocabulary }, { weight: 1, arbitrary: odd })

/** Cells of which some are of a type that the schema does not declare, or null. */
export const anyCell: fc.Arbitrary<Cell> = fc.oneof({ weight: 12, arbitrary: fromVocabulary }, { weight: 1, arbitrary: fresh }, { weight: 2, arbitrary: odd })

/** What the arbitrary makes, once in `times` cases; else undefined. */
export const onceIn = <Value>(times: number, arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ weight: times - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })

const at = <Value>(pool: readonly Value[], place: number): Value => pool[place % pool.length] as Value

/** The cell as a value of a field. */
export const valueOf = (cell: Cell, kind: FieldKind, speaks: Vocabulary): unknown => {
  if (typeof cell === 'object' && 'odd' in cell) return cell.odd
  const place = typeof cell === 'number' ? (speaks[cell] as number) : cell.text.length
  switch (kind) {
    case 'text': return typeof cell === 'number' ? at(texts, place) : cell.text
    case 'number': return at(numbers, place)
    case 'integer': return Math.trunc(at(numbers, place))
    case 'boolean': return place % 2 === 0
    case 'free': return typeof cell === 'number' ? at(place % 2 === 0 ? texts : odds, place) : cell.text
  }
}

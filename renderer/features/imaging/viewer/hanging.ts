import type { SeriesEntry, StudyEntry } from '../../../../shared/contract'

/** How many pictures stand side by side: rows x columns. */
export type Layout = '1x1' | '1x2' | '2x2'

/** Every layout, the simplest first. */
export const layouts: readonly Layout[] = ['1x1', '1x2', '2x2']

/** Picture areas of a layout. */
export const areasOf = (layout: Layout): number => ({ '1x1': 1, '1x2': 2, '2x2': 4 })[layout]

/** Projection images are looked at side by side: front and side view, both sides. */
const projections = new Set(['CR', 'DX', 'MG', 'PX'])

const hasPictures = ({ instances }: SeriesEntry): boolean => instances.some(({ cannotShow }) => cannotShow === undefined)

/** How a study is first laid out, and which of its series stand there, in order. Series without a picture come last. */
export const hang = (series: readonly SeriesEntry[]): { readonly layout: Layout; readonly series: readonly SeriesEntry[] } => {
  const ordered = [...series.filter(hasPictures), ...series.filter((each) => !hasPictures(each))]
  const views = ordered.filter((each) => hasPictures(each) && projections.has(each.modality)).length
  const layout: Layout = views > 2 ? '2x2' : views === 2 ? '1x2' : '1x1'
  return { layout, series: ordered.slice(0, areasOf(layout)) }
}

/** The other studies of a chart, newest first; those without a date last. */
export const priorsOf = (studies: readonly StudyEntry[], study: string): readonly StudyEntry[] =>
  studies.filter(({ id }) => id !== study).sort((a, b) => ((a.started ?? '') < (b.started ?? '') ? 1 : -1))

const orientationOf = ({ instances }: SeriesEntry): readonly number[] | undefined => instances.find(({ orientation }) => orientation)?.orientation

/** 0 … 3: how nearly two series lie alike. */
const likeness = (a: readonly number[] | undefined, b: readonly number[] | undefined): number =>
  !a || !b ? 0 : [0, 3].reduce((sum, from) => sum + Math.abs([0, 1, 2].reduce((dot, axis) => dot + (a[from + axis] ?? 0) * (b[from + axis] ?? 0), 0)), 0) + (a && b ? 1 : 0)

/** The series of another study to lay beside this one: of the same modality, lying alike, of the same name, of about as many images. */
export const counterpart = (of: SeriesEntry, among: readonly SeriesEntry[]): SeriesEntry | undefined => {
  const words = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().split(/\W+/).filter((word) => word.length > 1))
  const named = words(of.description)
  const score = (other: SeriesEntry): number =>
    (hasPictures(other) ? 100 : 0) +
    (other.modality === of.modality ? 50 : 0) +
    10 * likeness(orientationOf(of), orientationOf(other)) +
    3 * [...words(other.description)].filter((word) => named.has(word)).length -
    Math.abs(Math.log2((1 + other.instances.length) / (1 + of.instances.length)))
  return [...among].sort((a, b) => score(b) - score(a))[0]
}

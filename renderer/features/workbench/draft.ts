import type { MarkRole, ProfileDraft, SavedProfile, SerialSettings } from '../../../shared/contract'

/** Everything that was said so far; it outlives the screen, in memory only. */
export interface Work {
  readonly recording?: Uint8Array<ArrayBuffer>
  /** Where it came from, when that is a port that can be paired. */
  readonly path?: string
  readonly serial: SerialSettings
  readonly draft?: ProfileDraft
  readonly role: MarkRole
  readonly maker: string
  readonly model: string
  readonly reportTitle: string
  /** Undefined: made of maker and model. */
  readonly id?: string
  readonly saved?: SavedProfile
}

export const newWork: Work = { serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 }, role: 'sample', maker: '', model: '', reportTitle: '' }

/** A folder's name out of words. */
export const idOf = ({ id, maker, model }: Work): string =>
  id ?? `${maker} ${model}`.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60)

export type Mark = ProfileDraft['marks'][number]

const isSamePlace = (one: Mark, other: { readonly page: number; readonly line: number; readonly from: number; readonly to: number }) => one.page === other.page && one.line === other.line && one.from < other.to && other.from < one.to

/** The mark that lies over a place. */
export const markAt = (marks: readonly Mark[], place: { readonly page: number; readonly line: number; readonly from: number; readonly to: number }): Mark | undefined => marks.find((mark) => isSamePlace(mark, place))

/** Presses a piece of the page: marks it, marks it as something else, or takes the same mark away. `longer`: the last mark of this line reaches to it. */
export const pressed = (marks: readonly Mark[], place: Omit<Mark, 'as' | 'code' | 'decimals'>, as: MarkRole, longer: boolean): Mark[] => {
  const last = marks.findLast((mark) => mark.page === place.page && mark.line === place.line)
  if (longer && last) {
    const stretched = { ...last, from: Math.min(last.from, place.from), to: Math.max(last.to, place.to) }
    return [...marks.filter((mark) => !isSamePlace(mark, stretched)), stretched]
  }
  const there = markAt(marks, place)
  const others = marks.filter((mark) => !isSamePlace(mark, place))
  return there?.as === as ? others : [...others, { ...place, as }]
}

import type { Json } from './mergeFields'

/** Who gave a field its value, where and when. */
export interface Attribution {
  readonly by: string
  readonly station: string
  readonly at: string
}

/** One side of a clash. */
export interface ClashSide extends Attribution {
  /** Absent: taken away. */
  readonly value?: Json
}

/** A field that two workstations gave different values. Both are kept: one in the record, both in the review item. */
export interface Clash {
  /** Path such as `name[official].family`; `*` for a record that may not be changed at all. */
  readonly field: string
  readonly before?: Json
  /** By stamp, the earlier first. */
  readonly values: readonly [ClashSide, ClashSide]
}

/** The field of a clash about a record that may not be changed at all. */
export const wholeRecord = '*'

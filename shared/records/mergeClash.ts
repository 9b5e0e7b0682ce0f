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
  readonly master: ClashSide
  readonly mine: ClashSide
}

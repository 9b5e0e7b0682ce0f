import type { RxJsonSchema } from 'rxdb'
import type { LocalDocument } from '../types'

/** A document of this station as it is stored. */
export interface StoredLocal extends LocalDocument<unknown> {
  /** Kind and id in one. */
  readonly key: string
  /** Hybrid logical clock stamp of the last write: what "newest" means. */
  readonly stamp: string
}

const text = (maxLength: number) => ({ type: 'string', maxLength }) as const

/** RxDB's schema of the collection that never leaves the station. */
export const localSchema: RxJsonSchema<StoredLocal> = {
  title: 'local',
  version: 0,
  primaryKey: 'key',
  type: 'object',
  properties: { key: text(300), kind: text(60), id: text(240), state: text(60), at: text(40), stamp: text(40), value: {} },
  required: ['key', 'kind', 'id', 'state', 'at', 'stamp'],
}

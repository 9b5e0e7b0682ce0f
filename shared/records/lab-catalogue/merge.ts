import { latest, type Items, type Parts } from '../mergeRule'

const url = (item: unknown): string => String((item as { url?: unknown } | null)?.url ?? '')
const eachLatest: Items = { kind: 'items', key: url, item: latest }

/** How two versions of a catalogue's entry become one: element by element the one that was written later. Nobody is asked: no chart rests on it. */
export const definitionMerge: Parts = { kind: 'parts', of: { extension: eachLatest }, others: latest }

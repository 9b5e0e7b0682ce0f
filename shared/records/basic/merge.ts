import type { Basic } from 'fhir/r4'
import { latest, type Items, type MergeTable } from '../mergeRule'

const url = (item: unknown): string => String((item as { url?: unknown } | null)?.url ?? '')

/** A password is either the one or the other: the last one set. A role that was taken away does not come back with a new password. */
const eachLatest: Items = { kind: 'items', key: url, item: latest }

/** How two versions of sign-in data become one: part by part the last one set, and nobody is asked. */
export const basicMerge: MergeTable<Basic> = {
  code: latest,
  subject: latest,
  created: latest,
  extension: { kind: 'items', key: url, item: { kind: 'parts', of: { extension: eachLatest }, others: latest } },
}

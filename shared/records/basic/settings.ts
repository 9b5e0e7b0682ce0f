import type { Basic, Extension } from 'fhir/r4'
import { systems } from '../systems'

/*
 * Settings of a practice as a `Basic` record: named texts under one extension. Two workstations' words are put together text by
 * text, the last one set; so what is absent is said too (`valueBoolean` false), and nothing is ever taken out.
 */

/** The record. `code`: what it holds. `url`: address of the extension. */
export const settingsRecord = (code: string, url: string, texts: Readonly<Record<string, string | undefined>>, created: string): Basic => ({
  resourceType: 'Basic',
  code: { coding: [{ system: systems.basic, code }] },
  created,
  extension: [{ url, extension: Object.entries(texts).map(([name, value]): Extension => (value === undefined || value === '' ? { url: name, valueBoolean: false } : { url: name, valueString: value })) }],
})

/** The texts in a record that are said; undefined when it holds something else. */
export const settingsIn = (record: Basic, code: string, url: string): Readonly<Record<string, string | undefined>> | undefined => {
  const parts = record.code.coding?.some((each) => each.code === code) ? record.extension?.find((each) => each.url === url)?.extension : undefined
  return parts && Object.fromEntries(parts.flatMap((part) => (part.valueString === undefined ? [] : [[part.url, part.valueString]])))
}

import type { Basic } from 'fhir/r4'
import { systems } from '../systems'

/** Code of the `Basic` record that holds a secret of the practice's workstations. */
export const exchangeKeyCode = 'exchange-key'

const secretUrl = 'urn:outpost:exchange-secret'

/**
 * A secret that the workstations of a practice share, and whoever carries their records does: files and sticks are sealed
 * under keys derived from it. R4 has no resource for it; `Basic` is what it offers instead.
 *
 * @param secret a code as people type it: seven groups of five characters, 140 random bits
 */
export const exchangeKeyRecord = (secret: string, created: string): Basic => ({
  resourceType: 'Basic',
  code: { coding: [{ system: systems.basic, code: exchangeKeyCode }] },
  created,
  extension: [{ url: secretUrl, valueString: secret }],
})

/** The secret in a record; undefined when it holds none. */
export const exchangeSecretOf = (record: Basic): string | undefined =>
  record.code.coding?.some(({ code }) => code === exchangeKeyCode) ? record.extension?.find(({ url }) => url === secretUrl)?.valueString : undefined

import { answersTest } from '../../../shared/records/service-request/answered'
import type { OrderedTest } from '../../../shared/records/service-request/order'
import type { AnalyserProfile } from './schema'

const folded = (text: string) => text.trim().toLowerCase()

/**
 * The codes that an analyser shall measure for an order of this text: a panel of the profile, everything it can for the
 * profile's own report title, or tests named one by one (`Na, K, Cl`). What another analyser measures is left out;
 * empty: nothing of it is this one's.
 */
export const codesWanted = (ordered: string, profile: AnalyserProfile): string[] => {
  const panels = new Map(Object.entries(profile.panels).map(([name, codes]) => [folded(name), codes]))
  const named = new Map<string, readonly string[]>()
  for (const [code, { name }] of Object.entries(profile.tests)) {
    named.set(folded(code), [code])
    named.set(folded(name), [code])
  }
  if (!panels.has(folded(profile.reportTitle))) panels.set(folded(profile.reportTitle), Object.keys(profile.tests))
  const find = (text: string) => panels.get(folded(text)) ?? named.get(folded(text))
  const whole = find(ordered)
  return [...new Set(whole ?? ordered.split(/[,;+]/).flatMap((part) => find(part) ?? []))]
}

/** The codes of the profile that measure any of these tests of the practice's catalogue: the same by LOINC, or the same substance in another unit. */
export const codesOfTests = (tests: readonly OrderedTest[], profile: AnalyserProfile): string[] =>
  Object.entries(profile.tests).flatMap(([code, { loinc }]) => (loinc !== undefined && tests.some((test) => answersTest(test, { code: '', loinc })) ? [code] : []))

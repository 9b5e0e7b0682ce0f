import type { Basic } from 'fhir/r4'
import { describe, expect, it } from 'vitest'
import { metApart } from '../../testing/apart'
import { ownLanguageIn, ownLanguageRecord, practicePreferencesIn, practicePreferencesRecord, type PracticePreferences } from './preferences'

const created = '2026-11-21T09:00:00.000Z'
const usual = practicePreferencesIn(undefined).units
const met = (earlier: Basic, later: Basic): Basic => metApart('Basic', earlier, later)

describe('what people and their practice like', () => {
  it('A45: a person’s language and a practice’s units are read as they were kept', () => {
    expect(ownLanguageIn(ownLanguageRecord('01NURSE', 'ar', created))).toBe('ar')
    const wanted: PracticePreferences = { language: 'fr', units: { temperature: '[degF]', weight: 'kg', glucose: 'mg/dL' } }
    expect(practicePreferencesIn(practicePreferencesRecord(wanted, created))).toEqual(wanted)
  })

  it('of two workstations that chose apart the later counts, and nobody is asked', () => {
    expect(ownLanguageIn(met(ownLanguageRecord('01NURSE', 'fr', created), ownLanguageRecord('01NURSE', 'ar', created)))).toBe('ar')
    const french = practicePreferencesRecord({ language: 'fr', units: usual }, created)
    const none = practicePreferencesRecord({ units: { ...usual, temperature: '[degF]' } }, created)
    expect(practicePreferencesIn(met(french, none))).toEqual({ units: { ...usual, temperature: '[degF]' } })
    expect(practicePreferencesIn(met(none, french))).toEqual({ language: 'fr', units: usual })
  })

  it('a language or a unit of a newer version is as if nobody had chosen', () => {
    const strange = { language: 'tlh', units: { temperature: 'K', weight: 'st', glucose: 'cubes' } } as unknown as PracticePreferences
    expect(practicePreferencesIn(practicePreferencesRecord(strange, created))).toEqual({ units: usual })
    expect(ownLanguageIn(ownLanguageRecord('01NURSE', 'tlh' as 'en', created))).toBeUndefined()
  })
})

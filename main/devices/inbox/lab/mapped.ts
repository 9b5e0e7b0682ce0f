import { convertedLine } from '../../../../shared/records/observation/converted'
import type { TestMapping } from '../../../../shared/records/basic/labTest'
import { substanceById, substanceOf } from '../../../../shared/standards/ucum'
import type { Profile, Sample, SampleResult } from '../..'

/** A result of a test that the practice has said something about; undefined: it is no result. */
const mapped = (result: SampleResult, mapping: TestMapping | undefined, expected: string | undefined): SampleResult | undefined => {
  if (!mapping || (result.trouble !== 'unknown-test' && result.trouble !== 'other-unit')) return result
  if (mapping.kind === 'left-out') return undefined
  const isKnown = result.trouble === 'other-unit'
  const line = isKnown ? result.line : { ...result.line, name: mapping.name }
  const loinc = isKnown ? result.loinc : mapping.loinc
  const { trouble: _trouble, ...rest } = result
  const named = { ...rest, line, ...(loinc === undefined ? {} : { loinc }) }
  // What is no number needs no unit.
  if (line.value === undefined) return named
  const unit = expected ?? mapping.unit
  const sent = line.unit ?? ''
  const from = Object.hasOwn(mapping.units, sent) ? mapping.units[sent]! : undefined
  if (from === undefined) return { ...named, trouble: 'other-unit' }
  const converted = convertedLine(line, from, unit, (substanceById(mapping.substance) ?? substanceOf(loinc))?.gramsPerMole)
  return converted.ok ? { ...named, line: converted.line, ucum: unit } : { ...named, trouble: 'other-unit' }
}

/** A sample as the practice's own mappings read it; what they say nothing of stays as the profile read it. */
export const mappedSample = (sample: Sample, profile: Profile | undefined, mappings: ReadonlyMap<string, TestMapping>): Sample => {
  const tests = profile?.category === 'analyser' ? profile.tests : {}
  const expected = (code: string) => (Object.hasOwn(tests, code) ? tests[code]?.unit : undefined)
  const results = sample.results
    .map((result) => mapped(result, mappings.get(result.line.code), expected(result.line.code)))
    .filter((result): result is SampleResult => result !== undefined)
  return { ...sample, results }
}

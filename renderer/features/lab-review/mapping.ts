import type { LabSettingsState, UnmappedCode } from '../../../shared/contract'
import { convertedLine, type Converted } from '../../../shared/records/observation/converted'
import { likelyUnit, substanceById, substanceOf } from '../../../shared/standards/ucum'

/** What a person says of a code, as typed. */
export interface MappingDraft {
  readonly kind: 'test' | 'left-out'
  readonly name: string
  readonly loinc: string
  /** Unit of the chart. */
  readonly unit: string
  /** What the analyser's unit is in UCUM. */
  readonly from: string
  /** Empty: the LOINC code tells. */
  readonly substance: string
}

/** What is most likely meant, for a person to look at. */
export const firstDraft = ({ code, unit, expected, example }: UnmappedCode): MappingDraft => {
  const from = likelyUnit(unit) ?? ''
  return {
    kind: 'test', name: expected?.name ?? (example.name === code ? '' : example.name), loinc: expected?.loinc ?? '', unit: expected?.unit ?? (unit === '' ? '1' : from), from: unit === '' ? '1' : from, substance: '',
  }
}

/** The draft as another test of the practice has it. */
export const sameAs = (draft: MappingDraft, test: LabSettingsState['tests'][number]): MappingDraft => ({
  ...draft, name: test.name, unit: test.unit, loinc: /^\d{1,7}-\d$/.test(test.test) ? test.test : '',
})

/** What is wrong with a draft; by field. */
export interface MappingFaults {
  readonly name?: 'map.fault.name'
  readonly loinc?: 'map.loinc.fault'
  readonly unit?: 'map.fault.unknown-unit' | 'map.fault.other-quantity' | 'map.fault.molar-mass'
}

/** The example as it would stand on the chart; undefined where there is no number to show. */
export const previewOf = ({ example }: UnmappedCode, { unit, from, loinc, substance }: MappingDraft): Converted | undefined =>
  example.value === undefined ? undefined : convertedLine(example, from.trim(), unit.trim(), (substanceById(substance) ?? substanceOf(loinc.trim()))?.gramsPerMole)

/** Looks a draft over. */
export const faultsIn = (code: UnmappedCode, draft: MappingDraft): MappingFaults => {
  if (draft.kind === 'left-out') return {}
  const preview = previewOf(code, draft)
  const loinc = draft.loinc.trim()
  return {
    ...(draft.name.trim() === '' ? { name: 'map.fault.name' } : {}),
    ...(loinc !== '' && !/^\d{1,7}-\d$/.test(loinc) ? { loinc: 'map.loinc.fault' } : {}),
    ...(preview && !preview.ok ? { unit: `map.fault.${preview.fault}` as const } : draft.unit.trim() === '' ? { unit: 'map.fault.unknown-unit' } : {}),
  }
}

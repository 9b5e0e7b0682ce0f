import type { ConceptCoding } from '../../shared/records/condition/condition'
import type { Condition } from './people'

const coded = (code: string, display: string): ConceptCoding => ({ system: 'http://hl7.org/fhir/sid/icd-10-cm', code, display, version: '2021-01' })

/** The chronic condition of a made-up person, as the list that ships has it. */
export const chronicConcepts: Readonly<Record<Exclude<Condition, 'none'>, ConceptCoding>> = {
  hypertension: coded('I10', 'Essential (primary) hypertension'),
  diabetes: coded('E11', 'Type 2 diabetes mellitus'),
  asthma: coded('J45', 'Asthma'),
  epilepsy: coded('G40.9', 'Epilepsy, unspecified'),
  hiv: coded('B20', 'Human immunodeficiency virus [HIV] disease'),
  copd: coded('J44', 'Other chronic obstructive pulmonary disease'),
  'heart-failure': coded('I50', 'Heart failure'),
}

import { vitals as words } from '../../../resources/locales/en/vitals'
import { shownValue, shownVitalOf } from '../../../shared/records/observation/shownVital'
import type { VitalCode } from '../../../shared/records/observation/vitals'
import { wording } from '../../components'
import { unitsNow } from './units'

/** What a sign is called. */
export const vitalName: (code: VitalCode) => string = wording(words)

/** The unit in which this practice reads a sign, as people write it; empty where there is none. */
export const unitOf = (code: VitalCode): string => shownVitalOf(code, unitsNow()).unitText

/** A stored value as this practice reads it, in the unit of {@link unitOf}. */
export const valueOf = (code: VitalCode, stored: number | string): number | string => shownValue(code, stored, unitsNow())

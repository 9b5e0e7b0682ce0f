/** What the numbers behind the grey of a picture are. */
export interface ValueScale {
  /** `none`: a colour picture, or one whose numbers go through a table, has no values to tell. */
  readonly kind: 'values' | 'none'
  readonly slope: number
  readonly intercept: number
  /** As people write it; '' for numbers without a unit, which compare only within their series. */
  readonly unit: string
  /** Stored values, as rescaled, that stand for "nothing was scanned here" (Pixel Padding Value): from, to. */
  readonly padding?: readonly [number, number]
}

/** What a file says of its values, as it is written. */
export interface ValueFacts {
  readonly sopClassUid: string
  readonly modality: string
  readonly imageType: readonly string[]
  readonly samplesPerPixel: number
  readonly photometricInterpretation: string
  /** Rescale Slope (0028,1053), Rescale Intercept (0028,1052). */
  readonly slope?: number
  readonly intercept?: number
  /** Rescale Type (0028,1054). */
  readonly rescaleType: string
  /** Modality LUT Sequence (0028,3000). */
  readonly hasModalityTable: boolean
  /** Multi-energy CT Acquisition (0018,9361). */
  readonly isMultiEnergy: boolean
  /** Units of PET (0054,1001). */
  readonly petUnits: string
  /** Pixel Padding Value and Range Limit (0028,0120), (0028,0121), stored values. */
  readonly padding?: readonly number[]
}

/** CT Image; Enhanced and Legacy Converted Enhanced CT, which must name the unit. */
const ctImage = '1.2.840.10008.5.1.4.1.1.2'
const enhancedCts: ReadonlySet<string> = new Set(['1.2.840.10008.5.1.4.1.1.2.1', '1.2.840.10008.5.1.4.1.1.2.2'])

/** Rescale Types (PS3.3 §C.11.1.1.2) that say a unit. `US` says that there is none. */
const rescaleUnits: Readonly<Record<string, string>> = { OD: 'OD × 1000', MGML: 'mg/ml', PCT: '%', Z_EFF: 'Z', ED: '10²³ electrons/ml', HU_MOD: 'HU (modified)' }
/** Units of PET (PS3.3 §C.8.9.1.1.3). A standard uptake value is not made of them: dose, time and weight would have to be right, too. */
const petUnits: Readonly<Record<string, string>> = { BQML: 'Bq/ml', CNTS: 'counts', PROPCNTS: 'counts (proportional)', GML: 'g/ml', CPS: 'counts/s', MLMING: 'ml/min/g', UMOLMINML: 'µmol/min/ml' }

/**
 * Hounsfield units only where a CT says so: a CT image whose rescale is there and of no other type (PS3.3 §C.8.2.1), and that is no
 * scout and no map made of several energies.
 */
const isHounsfield = ({ sopClassUid, modality, imageType, rescaleType, isMultiEnergy }: ValueFacts): boolean => {
  if (modality !== 'CT' || imageType[2] === 'LOCALIZER') return false
  if (enhancedCts.has(sopClassUid)) return rescaleType === 'HU'
  return sopClassUid === ctImage && (rescaleType === 'HU' || (rescaleType === '' && !isMultiEnergy))
}

const unitOf = (facts: ValueFacts): string => {
  if (isHounsfield(facts)) return 'HU'
  const [units, said] = facts.modality === 'PT' ? [petUnits, facts.petUnits] : [rescaleUnits, facts.rescaleType]
  return Object.hasOwn(units, said) ? (units[said] ?? '') : ''
}

/** The values of a picture; numbers without a rescale are the stored ones and have no unit. */
export const valueScaleOf = (facts: ValueFacts): ValueScale => {
  const { slope, intercept, samplesPerPixel, photometricInterpretation } = facts
  const isGrey = samplesPerPixel === 1 && /^MONOCHROME[12]$/.test(photometricInterpretation)
  if (!isGrey || facts.hasModalityTable) return { kind: 'none', slope: 1, intercept: 0, unit: '' }
  const isRescaled = slope !== undefined && intercept !== undefined && slope !== 0
  const used = isRescaled ? { slope, intercept } : { slope: 1, intercept: 0 }
  const ends = (facts.padding ?? []).map((stored) => stored * used.slope + used.intercept)
  return {
    kind: 'values', ...used, unit: isRescaled ? unitOf(facts) : '',
    ...(ends.length > 0 && { padding: [Math.min(...ends), Math.max(...ends)] as const }),
  }
}

import { readUnit } from './unit'

/** Spellings of makers that UCUM reads otherwise, or not at all. */
const spellings: Readonly<Record<string, string>> = {
  'k/ul': '10*3/uL', 'm/ul': '10*6/uL', 'g/dl': 'g/dL', 'gm/dl': 'g/dL', 'gm%': 'g/dL', 'mg%': 'mg/dL', 'iu/l': '[IU]/L', 'iu/ml': '[IU]/mL', 'miu/ml': 'm[IU]/mL', 'miu/l': 'm[IU]/L',
  'uiu/ml': 'u[IU]/mL', 'u/l': 'U/L', 'mmhg': 'mm[Hg]', 'meq/l': 'meq/L', 'fl': 'fL', 'ratio': '1', 'ph': '[pH]', 'sec': 's', 'cells/ul': '/uL', 'copies/ml': '{copies}/mL', 'ug/l': 'ug/L', 'mcg/l': 'ug/L',
}

/**
 * What a unit as a maker spells it most likely is in UCUM; undefined where that cannot be told. A suggestion for a person to look at: nothing is converted
 * by it.
 */
export const likelyUnit = (sent: string): string | undefined => {
  const spelt = sent.trim().replace(/[µμ]/g, 'u').replace(/^[xX×]\s*(?=10)/, '').replace(/^10[\^eE*]+(?=\d)/, '10*')
  const known = spellings[spelt.toLowerCase()]
  if (known !== undefined && Object.hasOwn(spellings, spelt.toLowerCase())) return known
  const withLitres = spelt.replace(/(?<=\/[dcmuµnpf]?)l$/, 'L')
  return readUnit(withLitres) ? withLitres : undefined
}

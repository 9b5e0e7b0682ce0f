import type { AstmRecord } from './record'

/** A curve, histogram or picture out of a maker's record (M, clause 14). */
export interface Curve {
  readonly name: string
  /** `numbers`: separated by spaces. Else what the maker writes before the content, e.g. `FLOATLE-stream/deflate:base64`. */
  readonly encoding: string
  readonly content: string
}

/**
 * Reads the curves that makers are known to send: Horiba's `M|1|HISTOGRAM|RBC/PLT|RbcAlongRes|…|encoding^base64` (also
 * MATRIX), and Roche's list of readings `M|1|RR^BM^c111^1|…|…\…\…`. Undefined for what is no curve.
 */
export const curveOf = (record: AstmRecord): Curve | undefined => {
  if (record.type !== 'M') return undefined
  const kind = record.text({ field: 3 })
  if (/^(HISTOGRAM|MATRIX|CURVE)$/i.test(kind)) {
    const last = record.repeats(record.length)[0] ?? []
    const [encoding = '', content = ''] = last
    if (content === '') return undefined
    return { name: [record.text({ field: 4 }), record.text({ field: 5 })].filter((part) => part !== '').join(' '), encoding, content }
  }
  for (let field = 4; field <= record.length; field++) {
    const readings = record.repeats(field).map(([reading = '']) => reading.trim())
    if (readings.length >= 4 && readings.every((reading) => /^-?\d+(?:\.\d+)?$/.test(reading))) return { name: record.text({ field: 3, component: 1 }) || kind, encoding: 'numbers', content: readings.join(' ') }
  }
  return undefined
}

import * as fields from './fields'
import type { AstmRecord } from './record'
import { parseDateTime, parseValue, type LocalDateTime, type ResultValue } from './value'

/** A result of a control sample that an analyser sends in a Q record. */
export interface ControlResult extends ResultValue {
  readonly code: string
  readonly lot: string
  /** As the analyser calls it: `LOW`, `NORMAL`, `2`. */
  readonly level: string
  readonly unit: string
  readonly flag: string
  readonly measured?: LocalDateTime
}

/**
 * Some makers send control results as `Q|1|test^lot^level|value|unit|time|flag`, which the standard keeps for queries
 * (clause 11). What tells them apart: a value where a query has its ending range, and a time where it has a code of one letter.
 */
export const controlResultOf = (record: AstmRecord): ControlResult | undefined => {
  const [code = '', lot = '', level = ''] = record.repeats(fields.control.test.field)[0]?.map((part) => part.trim()) ?? []
  const value = record.text(fields.control.value)
  const measured = parseDateTime(record.text(fields.control.measuredAt))
  if (code === '' || lot === '' || value === '' || !measured) return undefined
  return { code, lot, level, ...parseValue(value), unit: record.text(fields.control.unit), flag: record.text(fields.control.flag), measured }
}

import { type Hl7DateTime, parseDateTime } from '../../../shared/standards/hl7'

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const tokens = /yyyy|yy|MMM|MM|dd|HH|mm|ss/g
const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/**
 * Reads a time by a profile's format (`yyyy yy MMM MM dd HH mm ss`; a space stands for any run of spaces, numbers may
 * lack their leading zero where a separator follows). Undefined: it is no time, or none that can be.
 */
export const parseByFormat = (text: string, format: string): Hl7DateTime | undefined => {
  const names: string[] = []
  let pattern = ''
  let at = 0
  for (const found of format.matchAll(tokens)) {
    pattern += escaped(format.slice(at, found.index)).replace(/ +/g, '\\s+')
    const [token] = found
    at = found.index + token.length
    names.push(token)
    const isTight = /^(?:yyyy|yy|MM|dd|HH|mm|ss)/.test(format.slice(at))
    pattern += token === 'yyyy' ? '(\\d{4})' : token === 'MMM' ? '([A-Za-z]{3})' : isTight ? '(\\d{2})' : '(\\d{1,2})'
  }
  pattern += escaped(format.slice(at)).replace(/ +/g, '\\s+')
  const parts = new RegExp(`^\\s*${pattern}\\s*$`, 'u').exec(text)
  if (!parts) return undefined
  const read: Record<string, string> = { HH: '00', mm: '00', ss: '00' }
  names.forEach((name, index) => {
    const part = parts[index + 1]!
    if (name === 'yy') read['yyyy'] = `20${part.padStart(2, '0')}`
    else if (name === 'MMM') read['MM'] = String(months.indexOf(part.toLowerCase()) + 1).padStart(2, '0')
    else read[name] = part.padStart(2, '0')
  })
  return parseDateTime(['yyyy', 'MM', 'dd', 'HH', 'mm', 'ss'].map((name) => read[name] ?? '').join(''))
}

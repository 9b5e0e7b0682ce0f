/** DA `YYYYMMDD` (and the retired `YYYY.MM.DD`) to `YYYY-MM-DD`; undefined when it is not a date. */
export const dateOf = (value: string | undefined): string | undefined => {
  const match = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec((value ?? '').trim())
  if (!match) return undefined
  const [, year, month, day] = match
  const instant = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  return instant.getUTCMonth() === Number(month) - 1 && instant.getUTCDate() === Number(day) ? `${year}-${month}-${day}` : undefined
}

/** TM `HH[MM[SS[.F]]]` to `HH:MM:SS`; undefined when it is not a time. */
export const timeOf = (value: string | undefined): string | undefined => {
  const match = /^([01]\d|2[0-3])(?::?([0-5]\d)(?::?([0-5]\d|60)(?:\.\d{1,6})?)?)?$/.exec((value ?? '').trim())
  return match ? `${match[1]}:${match[2] ?? '00'}:${match[3] === '60' ? '59' : (match[3] ?? '00')}` : undefined
}

/** Date and time as ISO local, without zone: DICOM rarely says one. Only the date where there is no time. */
export const localDateTimeOf = (date: string | undefined, time: string | undefined): string | undefined => {
  const day = dateOf(date)
  const clock = timeOf(time)
  return day === undefined ? undefined : clock === undefined ? day : `${day}T${clock}`
}

/** The calendar day of an instant where this computer stands, YYYY-MM-DD: what people mean by a day. */
export const localDay = (instant: string | number): string => {
  const at = new Date(instant)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/**
 * A person name (PN, PS3.5 §6.2.1) as a reader expects it: `DOE, John Q`. The alphabetic representation is
 * taken, or the first one that says something.
 */
export const displayPersonName = (value: string): string => {
  const group = value.split('=').find((each) => each.replace(/[\^\s]/g, '') !== '') ?? ''
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = group.split('^').map((part) => part.trim())
  const rest = [prefix, given, middle, suffix].filter((part) => part !== '').join(' ')
  if (family === '') return rest
  return rest === '' ? family.toUpperCase() : `${family.toUpperCase()}, ${rest}`
}

/**
 * Numbers that people read, unique without a network: the workstation's prefix and its own counter.
 * More than the digits hold simply grows longer; nothing ever wraps round.
 */

/** A patient number, e.g. `A-000123`. */
export const patientNumber = (station: string, counter: number): string => `${station}-${String(counter).padStart(6, '0')}`

/** An accession number as printed on the tube, e.g. `A26000123`; `year` is the four-digit year of the order. */
export const accessionNumber = (station: string, year: number, counter: number): string =>
  `${station}${String(year % 100).padStart(2, '0')}${String(counter).padStart(6, '0')}`

/** Name of this station's counter of patient numbers. */
export const patientCounter = 'patient-number'

/** Name of this station's counter of accession numbers of a year. */
export const accessionCounter = (year: number): string => `accession-${year}`

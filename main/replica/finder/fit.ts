export { isOneTypoAway } from '../../../shared/records/patient/typo'

/** How well something fits; smaller is better. What is typed in several words has the sum of theirs. */
export const fits = { exactly: 0, asBeginning: 1, asPart: 2, withTypo: 4, withTypoAsBeginning: 5 } as const

/** Fewer letters with a typo could be anybody. */
export const typoLength = 4

/** Marks the context of a bulk write of which nothing is written when one row cannot be. */
export const allOrNone = (context: string): string => `${allOrNonePrefix}${context}`

/** See {@link allOrNone}. */
export const allOrNonePrefix = 'all-or-none:'

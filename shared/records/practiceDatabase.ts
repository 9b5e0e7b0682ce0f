/** The name of a practice's database on a hub or centre. */
export const practiceDatabaseName = (practice: string): string => `outpost-${practice.toLowerCase()}`

/** The document in which a practice's database says whose it is; never a record. */
export const practiceDocumentId = 'outpost:practice'

/** What that document says. */
export interface PracticeMark {
  /** Id of the practice. */
  readonly practice: string
  readonly name: string
  /** Synthetic data only. */
  readonly training: boolean
}

/** Reads a mark out of what a server sent; undefined when it is none. */
export const practiceMarkIn = (value: unknown): PracticeMark | undefined => {
  const { practice, name, training } = (value ?? {}) as Record<string, unknown>
  return typeof practice === 'string' && practice !== '' && typeof name === 'string' && typeof training === 'boolean' ? { practice, name, training } : undefined
}

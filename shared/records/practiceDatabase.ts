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
  /**
   * Which making of the database this is: random, written once when the database is made. A database put back from a copy keeps it; one
   * made anew has another, and no workstation fills it before a person has said so. Absent in databases of the first release.
   */
  readonly epoch?: string
}

/** Reads a mark out of what a server sent; undefined when it is none. */
export const practiceMarkIn = (value: unknown): PracticeMark | undefined => {
  const { practice, name, training, epoch } = (value ?? {}) as Record<string, unknown>
  if (typeof practice !== 'string' || practice === '' || typeof name !== 'string' || typeof training !== 'boolean') return undefined
  return { practice, name, training, ...(typeof epoch === 'string' && epoch !== '' ? { epoch } : {}) }
}

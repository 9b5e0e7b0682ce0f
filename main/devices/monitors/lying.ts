import type { BedEntry, ServedPatient } from '../../../shared/contract'

/** A patient and the beds that somebody put them into. */
export interface Lying {
  /** Names of the beds, as one text; more than one where two workstations said so. */
  readonly name: string
  readonly patient: ServedPatient
  /** When they were put into the first of them, ISO instant. */
  readonly since?: string
}

/** Who lies in a bed, each once, in the order of the beds; also those of whom somebody has to say whether they do. */
export const lyingIn = (beds: readonly BedEntry[]): Lying[] => {
  const found = new Map<string, Lying>()
  for (const { name, patient, since, beside = [] } of beds) {
    for (const seat of [...(patient ? [{ patient, since }] : []), ...beside]) {
      const known = found.get(seat.patient.id)
      const first = [known?.since, seat.since].filter((each) => each !== undefined).sort()[0]
      found.set(seat.patient.id, { name: known ? `${known.name} / ${name}` : name, patient: seat.patient, ...(first === undefined ? {} : { since: first }) })
    }
  }
  return [...found.values()]
}

import type { Basic, Extension } from 'fhir/r4'
import { extensions, idIn, referenceTo, systems } from '../systems'

/** Who lies in a bed. */
export interface Seat {
  readonly patient: string
  /** When the patient was put into it, ISO instant. */
  readonly since: string
  /** Practitioner id. */
  readonly by: string
  readonly byName: string
}

/** A bed of the practice, the same on all its workstations. */
export interface BedFacts {
  readonly name: string
  /** Key of the act that made it. */
  readonly made: string
  readonly seat?: Seat
  readonly isRemoved: boolean
}

/** Code of the `Basic` record of a bed. */
export const bedCode = 'bed'

/** Beds of one name are one bed, on whichever workstations they were made: the record's key. */
export const keyOfBed = (name: string): string => `bed/${name.trim().toLowerCase()}`

const nobody: readonly Extension[] = [{ url: 'patient', valueString: 'nobody' }]

const seatParts = ({ patient, since, by, byName }: Seat): Extension[] => [
  { url: 'patient', valueReference: referenceTo('Patient', patient) },
  { url: 'since', valueInstant: since },
  { url: 'by', valueReference: referenceTo('Practitioner', by, byName) },
]

/**
 * The record of a bed. Who lies in it is one part, so that two workstations' words never make a third of them; that nobody does
 * is said too, and nothing is ever taken out.
 */
export const bedRecord = ({ name, made, seat, isRemoved }: BedFacts, created: string): Basic => ({
  resourceType: 'Basic',
  code: { coding: [{ system: systems.basic, code: bedCode }] },
  created,
  extension: [
    {
      url: extensions.bed,
      extension: [
        { url: 'name', valueString: name },
        { url: 'made', valueString: made },
        { url: 'state', valueCode: isRemoved ? 'removed' : 'there' },
        { url: 'seat', extension: seat ? seatParts(seat) : [...nobody] },
      ],
    },
  ],
})

const seatIn = (parts: readonly Extension[]): Seat | undefined => {
  const part = (url: string) => parts.find((each) => each.url === url)
  const patient = idIn(part('patient')?.valueReference, 'Patient')
  const by = part('by')?.valueReference
  const since = part('since')?.valueInstant
  return patient === undefined || since === undefined ? undefined : { patient, since, by: idIn(by, 'Practitioner') ?? '', byName: by?.display ?? '' }
}

/** The bed in a record; undefined when it is none. */
export const bedOf = (record: Basic): BedFacts | undefined => {
  const parts = record.code.coding?.some(({ code }) => code === bedCode) ? record.extension?.find(({ url }) => url === extensions.bed)?.extension : undefined
  const name = parts?.find(({ url }) => url === 'name')?.valueString
  if (!parts || name === undefined) return undefined
  const seat = seatIn(parts.find(({ url }) => url === 'seat')?.extension ?? [])
  return {
    name,
    made: parts.find(({ url }) => url === 'made')?.valueString ?? '',
    // Removed on one workstation while another put somebody into it: who lies there is not lost with the bed.
    isRemoved: !seat && parts.find(({ url }) => url === 'state')?.valueCode === 'removed',
    ...(seat ? { seat } : {}),
  }
}

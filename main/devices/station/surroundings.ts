import type { Journal } from '../journal'
import type { Capture } from '../messages'

/** What every driver is given of the station, whatever its device speaks. */
export interface Surroundings<Profile> {
  /** Id of the paired device. */
  readonly device: string
  readonly profile: Profile
  readonly journal: Journal
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** The journal cannot be written: nothing is acknowledged until it can. */
  readonly journalFailed: () => void
  /** Something was cut off because it never ended. */
  readonly endless?: () => void
}

/** What a driver of messages needs beside that. */
export interface MessageSurroundings<Profile> extends Surroundings<Profile> {
  /** A message is on disk. */
  readonly captured: (capture: Capture) => void
  /** What to measure in the tube with this number; undefined: nobody can say just now. */
  readonly worklist?: (specimen: string) => Promise<readonly string[] | undefined>
}

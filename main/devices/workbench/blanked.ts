import { randomBytes } from 'node:crypto'
import { blankPatients } from '../blackBox/privacy'
import type { AnalyserProfile } from '../profiles'
import { samplesOf } from '../station'

/** What a recording's samples say beside their numbers. */
const withoutNumbers = (recording: Uint8Array, profile: AnalyserProfile): string =>
  JSON.stringify(samplesOf(recording, profile).map(({ sample, control, results }) => [(sample ?? '') === '', control ?? false, results]))

/**
 * A recording without what tells who a patient is, with stand-ins for the numbers on tubes; undefined when without that it says
 * something else, so that it is no test of its profile any more.
 */
export const blankedRecording = async (recording: Uint8Array, profile: AnalyserProfile, at: number): Promise<Uint8Array | undefined> => {
  const { entries } = await blankPatients([{ kind: 'bytes', from: 'device', bytes: recording, number: 1, at }], profile, randomBytes(32))
  const [entry] = entries
  if (entry?.kind !== 'bytes') return undefined
  return withoutNumbers(entry.bytes, profile) === withoutNumbers(recording, profile) ? entry.bytes : undefined
}

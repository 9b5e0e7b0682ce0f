import { control } from '../../../../shared/standards/astm'
import { block } from '../../../../shared/standards/hl7'
import type { Profile } from '../../profiles'
import type { Entry } from '../entry'
import { blankAstm } from './astm'
import { type Sheet, standIns } from './blank'
import { blankFree, knownWords, mendSums } from './free'
import { blankHl7, type NumberPlace } from './hl7'

/** A recording without what tells who a patient is. */
export interface Blanked {
  readonly entries: readonly Entry[]
  /** What was blanked, and how often: by record or segment; `number` for stand-ins, `loose` for what stands in none. */
  readonly blanked: Readonly<Record<string, number>>
}

/** Protocols in whose packets nothing of a patient but measurements can stand. */
const anonymous: readonly string[] = ['contec-v7', 'contec-old', 'nonin-stream', 'nonin-slow', 'nonin-spot', 'a-and-d', 'taidoc', 'dri']

const isAnonymous = (profile: Profile | undefined): boolean => profile !== undefined && anonymous.includes(profile.protocol)

/** Whether a recording of this profile can be blanked: some packets hold names in a form that is not read here. */
export const canBlank = (profile: Profile | undefined): boolean => profile?.protocol !== 'intellivue'

/** Where the profile of an HL7 device finds the number on the tube: `PID-3.1` is field 3 of PID. */
const numberPlaces = (profile: Profile): NumberPlace[] =>
  profile.protocol === 'hl7' ? profile.sampleId.map((place) => ({ segment: place.slice(0, 3), field: Number(/-(\d+)/.exec(place)?.[1]) })) : []

const treat = (sheet: Sheet, profile: Profile | undefined, years: ReadonlySet<number>): void => {
  if (!profile) return blankFree(sheet, undefined, years)
  switch (profile.protocol) {
    case 'astm':
      return blankAstm(sheet, profile)
    case 'hl7':
    case 'vital-hl7':
      return blankHl7(sheet, numberPlaces(profile))
    default:
  }
  const original = sheet.bytes.slice()
  blankFree(sheet, profile, years)
  if (profile.protocol === 'text') mendSums(sheet.bytes, original, profile)
}

const isControlOf = (profile: Profile | undefined) => {
  const patterns = profile?.category === 'analyser' ? profile.qualityControl.samples.map((pattern) => new RegExp(pattern)) : []
  return (number: string) => patterns.some((pattern) => pattern.test(number))
}

/** So much is treated in one go before other work has its turn; a cut falls into a silence, or behind a whole message. */
const pieceBytes = 32 * 1024
const silenceMs = 1_000

const lineEnds = [0x0a, 0x0d]

/** Bytes behind which nothing goes on: a stream that is never silent is cut there. */
const endsOf = (profile: Profile | undefined): readonly number[] => {
  switch (profile?.protocol) {
    case undefined:
    case 'vital-lines':
      return lineEnds
    case 'astm':
      return [control.EOT]
    case 'hl7':
    case 'vital-hl7':
      return [block.end]
    case 'text':
      if (profile.framing.end !== undefined) return [profile.framing.end]
      return profile.framing.checksum === 'none' ? lineEnds : []
    default:
      return []
  }
}

/** Stretches of a recording: cut where its line closed or bytes are missing, for what follows continues nothing; and at silences and ends of messages where it is long. */
const stretchesOf = (entries: readonly Entry[], ends: readonly number[]): Entry[][] => {
  const stretches: Entry[][] = [[]]
  let length = 0
  let before = -Infinity
  let isWhole = false
  for (const entry of entries) {
    const isBreak = entry.kind === 'opened' || entry.kind === 'closed' || entry.kind === 'gap'
    if (isBreak || (length > pieceBytes && (isWhole || entry.at - before > silenceMs))) {
      stretches.push([])
      length = 0
    }
    stretches.at(-1)!.push(entry)
    before = entry.at
    if (entry.kind !== 'bytes') continue
    length += entry.bytes.length
    // The end of a block has a line end of its own behind it.
    if (entry.from === 'device' && entry.bytes.length > 0) isWhole = entry.bytes.subarray(ends === lineEnds ? -1 : -2).some((byte) => ends.includes(byte))
  }
  return stretches
}

/**
 * Blanks what tells who a patient is. Each byte keeps its place and time; measured values stay; numbers on tubes get stand-ins, the same for the
 * same number, made with `salt`.
 */
export const blankPatients = async (entries: readonly Entry[], profile: Profile | undefined, salt: Uint8Array): Promise<Blanked> => {
  const blanked: Record<string, number> = {}
  if (isAnonymous(profile)) return { entries, blanked }
  const count = (what: string) => (blanked[what] = (blanked[what] ?? 0) + 1)
  const years = new Set(entries.map(({ at }) => new Date(at).getFullYear()))
  const standIn = standIns(salt, isControlOf(profile))
  const knows = knownWords(profile)
  const treated: Entry[] = []
  for (const stretch of stretchesOf(entries, endsOf(profile))) {
    const spoken = new Map<Entry, Uint8Array>()
    for (const way of ['device', 'host'] as const) {
      const said = stretch.flatMap((entry) => (entry.kind === 'bytes' && entry.from === way ? [{ entry, bytes: entry.bytes }] : []))
      const bytes = new Uint8Array(Buffer.concat(said.map((each) => each.bytes)))
      treat({ bytes, count, standIn, knows }, profile, years)
      let at = 0
      for (const each of said) spoken.set(each.entry, bytes.slice(at, (at += each.bytes.length)))
    }
    for (const entry of stretch) treated.push(entry.kind === 'bytes' ? { ...entry, bytes: spoken.get(entry) ?? entry.bytes } : entry)
    await new Promise((later) => setImmediate(later))
  }
  return { entries: treated, blanked }
}

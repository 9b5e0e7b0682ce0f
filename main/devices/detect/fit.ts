import type { SerialSettings } from '../../../shared/contract'
import { decodeText } from '../../../shared/standards/astm'
import { readCapture, type AnalyserProfile, type Profile, type Sample, type VitalsProfile } from '../profiles'
import { likenessOf } from './readable'
import { entriesOf, replayVitals, type ReplayedVitals } from '../station/replay'

/** One message of an analyser as a profile reads it. */
export interface FittedMessage {
  readonly samples: readonly Sample[]
  /** Whole, and nothing in it leaves open what it says. */
  readonly isReadable: boolean
  /** False: its end is missing. It may still come. */
  readonly isWhole: boolean
}

/** How a profile reads what was heard. */
export interface Fit {
  readonly profile: Profile
  /**
   * `whole`: all that was measured is known to it. `part`: some of it. `frames`: it is its protocol, and nothing in it is
   * known to this profile, or nothing was measured yet.
   */
  readonly grade: 'whole' | 'part' | 'frames'
  /** Analysers. */
  readonly messages?: readonly FittedMessage[]
  /** Vitals devices. */
  readonly vitals?: ReplayedVitals
  /** How many words of maker and model stand in what was heard. */
  readonly named: number
}

/** What is heard more is not read: these are the newest bytes. */
const readBytes = 32 * 1024

/** Bytes of one sample, for protocols without a checksum: they must account for most of what was heard. */
const sampleBytes: Partial<Record<VitalsProfile['protocol'], number>> = { 'contec-old': 5, 'contec-v7': 9, 'nonin-slow': 4 }

/** Shares below which a protocol without a checksum is only seen by chance: with numbers that can be used, and while the probe is off. */
const coveredShare = 0.7
const usableShare = 0.5
const coveredAlone = 0.95

const fitVitals = (bytes: Uint8Array, profile: VitalsProfile): Omit<Fit, 'named'> | undefined => {
  const vitals = replayVitals(bytes, profile)
  const { samples, usable, measurements, refused } = vitals
  const accepted = samples + measurements.length
  if (accepted === 0 || refused > accepted) return undefined
  // A number can stand in any noise.
  if (profile.protocol === 'vital-lines' && likenessOf(bytes) === 'garbled') return undefined
  const each = sampleBytes[profile.protocol]
  const covered = each === undefined ? 1 : (samples * each) / bytes.length
  if (covered < coveredAlone && (samples < 4 || covered < coveredShare || usable < usableShare * samples)) return undefined
  return { profile, vitals, grade: usable > 0 || measurements.length > 0 ? 'whole' : 'frames' }
}

const fitAnalyser = (bytes: Uint8Array, profile: AnalyserProfile): Omit<Fit, 'named'> | undefined => {
  const seen = new Set<string>()
  const messages = entriesOf(bytes, profile).entries.flatMap(({ message }): FittedMessage[] => {
    if (!message) return []
    // Not acknowledged, so it comes again and again.
    const text = decodeText(message.text)
    if (seen.has(text)) return []
    seen.add(text)
    return readCapture(message.text, profile).map(({ samples, isReadable }) => ({ samples, isReadable: isReadable && message.complete, isWhole: message.complete }))
  })
  const readable = messages.filter(({ isReadable }) => isReadable)
  if (readable.length === 0) return undefined
  const results = readable.flatMap(({ samples }) => samples.flatMap((sample) => sample.results))
  const known = results.filter(({ trouble }) => trouble !== 'unknown-test').length
  return { profile, messages, grade: results.length === 0 || known === 0 ? 'frames' : known === results.length ? 'whole' : 'part' }
}

/** Words by which makers call themselves and their devices. */
const wordsOf = ({ maker, model }: Profile): string[] => [...new Set(`${maker} ${model}`.toLowerCase().match(/[a-z][a-z0-9]+/g) ?? [])]

/** How a profile reads what was heard; undefined: this is not its protocol. Never throws. */
export const fitOf = (heard: Uint8Array, profile: Profile): Fit | undefined => {
  const bytes = heard.subarray(Math.max(0, heard.length - readBytes))
  const fit = profile.category === 'vitals' ? fitVitals(bytes, profile) : fitAnalyser(bytes, profile)
  if (!fit) return undefined
  // The device names itself at the beginning of a message, where it does.
  const said = new Set(decodeText(bytes.subarray(0, 400)).toLowerCase().match(/[a-z][a-z0-9]+/g) ?? [])
  return { ...fit, named: wordsOf(profile).filter((word) => said.has(word)).length }
}

/** A profile that takes any device of its protocol: it knows no test. */
export const isGeneric = (profile: Profile): boolean => profile.category === 'analyser' && Object.keys(profile.tests).length === 0

const grades = ['whole', 'part', 'frames'] as const

/**
 * The settings to pair a profile with. A port that hands over characters with a wrong parity bit hears a device that sends one
 * as if it sent none: the profile knows better.
 */
export const settingsFor = (found: SerialSettings, { serial }: Profile): SerialSettings =>
  found.baudRate === serial.baudRate && found.dataBits === serial.dataBits && found.parity === 'none' ? serial : found

/** What a profile found: for the order of two that read the same. */
const found = ({ messages, vitals }: Fit): number =>
  messages ? messages.reduce((sum, { samples }) => sum + samples.reduce((results, { results: each }) => results + each.length, 0), 0) : vitals!.usable + vitals!.measurements.length

const isWeak = ({ profile }: Fit): number => (profile.category === 'vitals' && sampleBytes[profile.protocol] !== undefined ? 1 : 0)

/** Best first: what knows more of it, what names it, what found more; then by id, so that the order never changes by itself. */
const byFit = (one: Fit, other: Fit): number =>
  grades.indexOf(one.grade) - grades.indexOf(other.grade) ||
  isWeak(one) - isWeak(other) ||
  other.named - one.named ||
  found(other) - found(one) ||
  Number(isGeneric(one.profile)) - Number(isGeneric(other.profile)) ||
  one.profile.id.localeCompare(other.profile.id)

/** Profiles that can be meant, best first. One that only speaks the protocol counts where no other reads more, and generic ones before it. */
export const ranked = (fits: readonly Fit[]): Fit[] => {
  const reading = fits.filter(({ grade }) => grade !== 'frames')
  const framing = fits.filter(({ grade }) => grade === 'frames').sort((one, other) => other.named - one.named || Number(isGeneric(other.profile)) - Number(isGeneric(one.profile)) || byFit(one, other))
  return [...reading.sort(byFit), ...framing.filter(({ profile }) => isGeneric(profile) || reading.length === 0)]
}

import type { VitalsEffect } from '../framers'
import { allProfiles, interpretText, type AnalyserProfile, type TextProfile, type VitalsProfile } from '../profiles'
import { simulatedMessage } from '../simulators'
import { pagesOf } from '../station/replay'
import { vitalsFramer } from '../station/vitalsFramer'
import { decodeText } from '../../../shared/standards/astm'
import { cutUp } from './replayed'

/** Numbers in [0, 1). */
type Random = () => number
const pick = <Item>(random: Random, items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!
const demand = (isSo: boolean, what: string) => {
  if (!isSo) throw new Error(what)
}

/** Bytes with bits flipped, left out, doubled and put in, as a bad cable or a hostile sender has it. */
const spoiled = (bytes: Uint8Array, random: Random): Uint8Array => {
  const rate = pick(random, [0, 0.002, 0.02, 0.2])
  const result: number[] = []
  for (const byte of bytes) {
    const fate = random()
    if (fate > rate) result.push(byte)
    else if (fate < rate / 4) result.push(byte ^ (1 << Math.floor(random() * 8)))
    else if (fate < rate / 2) result.push(byte, byte)
    else if (fate < (rate * 3) / 4) result.push(Math.floor(random() * 256), byte)
  }
  return Uint8Array.from(result)
}

const textProfiles = allProfiles().filter((profile): profile is TextProfile => profile.category === 'analyser' && profile.protocol === 'text')
const vitalsProfiles = allProfiles().filter((profile): profile is VitalsProfile => profile.category === 'vitals')
const pieces = ['ID# ', 'A26000123', ' Na ', '141', ' mmol/L', ';', ',', '"', '""', '|', '\x1e', '\x1d', '\x02', '\x03', '\x05', '\x0c', '\r\n', '\n', ' ', '    ', '9'.repeat(300), '-----', '>', '<', 'é', '🩸', '\x00', '2026-11-21 09:15', 'Sample', 'Test', 'Result', 'Unit', 'LEU +1', 'pH 6.0', 'rt', 'qn']

/** Pages by the grammar of printers and tables: whole, byte by byte and in pieces give the same; every sample found is one that can be filed. */
export const checkPages = (random: Random): void => {
  const profile = pick(random, textProfiles)
  const made = () => (random() < 0.5 ? simulatedMessage(profile as AnalyserProfile, { accession: pick(random, ['A26000123', '', 'QC-1', '\u0003', '9'.repeat(200)]), at: new Date(2026, 10, 21, 9, 15), random }) : new TextEncoder().encode(Array.from({ length: Math.floor(random() * 60) }, () => pick(random, pieces)).join('')))
  const bytes = spoiled(Uint8Array.from(Array.from({ length: 1 + Math.floor(random() * 3) }, made).flatMap((part) => [...part])), random)
  const read = (cut: () => number) => pagesOf(bytes, profile, (framer) => cutUp(bytes, cut).flatMap((piece) => framer.feed(piece, 0)))
  const whole = read(() => 1e9)
  const told = JSON.stringify(whole)
  demand(JSON.stringify(read(() => 1)) === told, `${profile.id}: byte by byte gives something else`)
  demand(JSON.stringify(read(() => 1 + Math.floor(random() * 30))) === told, `${profile.id}: pieces give something else`)
  for (const effect of whole) {
    if (effect.do !== 'commit' && effect.do !== 'keep') continue
    const { samples, problems } = interpretText(decodeText(effect.page), profile)
    demand(samples.length > 0 || problems.length > 0, `${profile.id}: a page without samples has no named problem`)
    for (const { results } of samples) for (const { line } of results) demand(line.value === undefined || Number.isFinite(line.value), `${profile.id}: ${line.text} is no number`)
  }
}

/** Bytes of a vitals device, spoiled or not: no error, only finite numbers, the same in pieces; what was good before counts as much as without the noise after it. */
export const checkVitals = (random: Random, recordings: ReadonlyMap<string, Uint8Array>): void => {
  const profile = pick(random, vitalsProfiles)
  const recording = recordings.get(profile.id) ?? new Uint8Array()
  const noise = Uint8Array.from({ length: Math.floor(random() * 400) }, () => Math.floor(random() * 256))
  const bytes = spoiled(Uint8Array.from([...(random() < 0.5 ? noise : []), ...recording, ...noise, ...recording]), random)
  const read = (cut: () => number): VitalsEffect[] => {
    const framer = vitalsFramer(profile)
    return [...framer.opened(0), ...cutUp(bytes, cut).flatMap((piece) => framer.feed(piece, 0)), ...framer.tick(60_000)]
  }
  const numbers = (effects: readonly VitalsEffect[]) => effects.flatMap((effect) => (effect.do === 'live' ? [[effect.isUsable, effect.numbers]] : effect.do === 'measured' ? [effect.measurement.numbers] : []))
  const whole = numbers(read(() => 1e9))
  const told = JSON.stringify(whole)
  demand(JSON.stringify(numbers(read(() => 1))) === told, `${profile.id}: byte by byte gives something else`)
  demand(JSON.stringify(numbers(read(() => 1 + Math.floor(random() * 30)))) === told, `${profile.id}: pieces give something else`)
  demand(!/null/.test(told), `${profile.id}: a number is none`)
}

import type { Observation } from 'fhir/r4'
import { done, refuse, type Answer, type ResultSource } from '../../shared/contract'
import { observationOrigin } from '../../shared/records/observation/origin'
import type { TraceEntry } from '../devices'
import type { DeviceDesk } from '../devices/inbox'

/** How far back the numbers of a row may reach, and how many bytes of that are shown: the newest. */
const rowMs = 5 * 60_000
const shownBytes = 64 * 1024

const bytesOf = (entries: readonly TraceEntry[]): Uint8Array => {
  const parts = entries.flatMap((entry) => (entry.kind === 'bytes' && entry.from === 'device' ? [entry.bytes] : []))
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/**
 * The bytes behind a row that a monitor's stream was charted from: what the black box still has of the minutes before it. A stream is not in the
 * journal, which is for what was acknowledged.
 */
export const streamSource = async (devices: DeviceDesk, observation: Observation): Promise<Answer<Omit<ResultSource, 'conversation'> & { readonly entries: readonly TraceEntry[] }>> => {
  const origin = observationOrigin(observation)
  const to = Date.parse(observation.effectiveDateTime ?? '')
  if (origin.kind !== 'device' || origin.deviceId === undefined || Number.isNaN(to)) return refuse('not-found')
  const read = await devices.trace({ do: 'read', line: origin.deviceId, stretch: { from: to - rowMs, to, newest: true, most: shownBytes } })
  if (!read.ok) return read
  const { entries } = read.value
  const bytes = bytesOf(entries)
  if (bytes.length === 0) return refuse('not-found')
  return done({ reference: '', deviceName: origin.device, profile: origin.profile, at: new Date(to).toISOString(), bytes, entries })
}

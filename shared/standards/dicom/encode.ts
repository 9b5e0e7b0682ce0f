import { explicitLittleEndian } from './transferSyntax'

/**
 * Writes data sets in Explicit VR Little Endian (PS3.5 §7.1.2) and files with their meta information
 * (PS3.10 §7.1). Only what Outpost itself makes: it never rewrites what somebody sent.
 */

/** Value representations that are written with a 32-bit length. */
const longForms = ['OB', 'OW', 'UN', 'UT', 'SQ', 'OF', 'OD', 'UC', 'UR']

/** A value representation that {@link element} can write. */
export type Representation = 'AE' | 'AS' | 'CS' | 'DA' | 'DS' | 'DT' | 'FD' | 'IS' | 'LO' | 'LT' | 'OB' | 'OW' | 'PN' | 'SH' | 'SL' | 'SQ' | 'SS' | 'ST' | 'TM' | 'UC' | 'UI' | 'UL' | 'UN' | 'UR' | 'US' | 'UT'

/** One element: tag as eight hexadecimal digits, text values joined with a backslash, numbers as their VR says. */
export const element = (tag: string, representation: Representation, value: string | number | Uint8Array): Uint8Array => {
  const body = bodyOf(representation, value)
  const long = longForms.includes(representation)
  const padded = body.length + (body.length % 2)
  const out = new Uint8Array((long ? 12 : 8) + padded)
  const view = new DataView(out.buffer)
  view.setUint16(0, parseInt(tag.slice(0, 4), 16), true)
  view.setUint16(2, parseInt(tag.slice(4), 16), true)
  out[4] = representation.charCodeAt(0)
  out[5] = representation.charCodeAt(1)
  if (long) view.setUint32(8, padded, true)
  else view.setUint16(6, padded, true)
  // Text is padded with a space, UIDs and bytes with a null (PS3.5 §6.2).
  if (padded > body.length) out[out.length - 1] = representation === 'UI' || representation === 'OB' ? 0 : 0x20
  out.set(body, long ? 12 : 8)
  return out
}

/** Bytes of a number; two where nothing else is said. */
const sizes: Partial<Record<Representation, number>> = { FD: 8, SL: 4, UL: 4 }

const bodyOf = (representation: Representation, value: string | number | Uint8Array): Uint8Array => {
  if (value instanceof Uint8Array) return value
  if (typeof value === 'string') return new TextEncoder().encode(value)
  const body = new Uint8Array(sizes[representation] ?? 2)
  const view = new DataView(body.buffer)
  if (representation === 'FD') view.setFloat64(0, value, true)
  else if (representation === 'UL') view.setUint32(0, value, true)
  else if (representation === 'SL') view.setInt32(0, value, true)
  else if (representation === 'SS') view.setInt16(0, value, true)
  else view.setUint16(0, value, true)
  return body
}

/** Joins runs of bytes. */
export const joinBytes = (parts: readonly Uint8Array[]): Uint8Array => {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** What the file meta information says. */
export interface FileMeta {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  /** Default: Explicit VR Little Endian. */
  readonly transferSyntaxUid?: string
}

/** Root of UIDs made from a UUID (PS3.5 §B.2), with our own implementation's number. */
export const implementationClassUid = '2.25.306873214563419276851201948573210647213'

/** Preamble, `DICM` and group 0002. */
export const fileMetaInformation = ({ sopClassUid, sopInstanceUid, transferSyntaxUid = explicitLittleEndian }: FileMeta): Uint8Array => {
  const group = joinBytes([
    element('00020001', 'OB', Uint8Array.of(0, 1)),
    element('00020002', 'UI', sopClassUid),
    element('00020003', 'UI', sopInstanceUid),
    element('00020010', 'UI', transferSyntaxUid),
    element('00020012', 'UI', implementationClassUid),
    element('00020013', 'SH', 'OUTPOST'),
  ])
  const prefix = new Uint8Array(132)
  prefix.set([0x44, 0x49, 0x43, 0x4d], 128)
  return joinBytes([prefix, element('00020000', 'UL', group.length), group])
}

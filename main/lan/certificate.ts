import { createHash, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto'

/** A TLS certificate that nobody but its maker vouches for, and its key; both PEM. */
export interface OwnCertificate {
  readonly certificate: string
  readonly key: string
}

// DER (ITU-T X.690), as far as a certificate (RFC 5280) needs it.
const element = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
const sequence = (...parts: readonly Uint8Array[]) => element(0x30, ...parts)
const set = (...parts: readonly Uint8Array[]) => element(0x31, ...parts)
const integer = (bytes: Uint8Array) => element(0x02, bytes)
const objectId = (hex: string) => element(0x06, Buffer.from(hex, 'hex'))
const bits = (bytes: Uint8Array) => element(0x03, Buffer.from([0]), bytes)

const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'))
const commonName = objectId('550403')
const subjectAlternativeName = objectId('551d11')

/** A clock that is years off must not turn a workstation away: the pin is what counts, not the date. */
const alwaysValid = sequence(element(0x17, Buffer.from('000101000000Z')), element(0x18, Buffer.from('99991231235959Z')))

/**
 * Makes a certificate (X.509 v3, ECDSA P-256) under its own key. It is worth what the way is worth by which its
 * fingerprint travels: workstations learn it with the join code.
 */
export const makeCertificate = (name: string): OwnCertificate => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  const called = sequence(set(sequence(commonName, element(0x0c, Buffer.from(name)))))
  const extensions = element(0xa3, sequence(sequence(subjectAlternativeName, element(0x04, sequence(element(0x82, Buffer.from(name)))))))
  const signed = sequence(
    element(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    ecdsaWithSha256,
    called,
    alwaysValid,
    called,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions,
  )
  return { certificate: pemOf(sequence(signed, ecdsaWithSha256, bits(sign('sha256', signed, privateKey)))), key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string }
}

/** A certificate as text. */
const pemOf = (der: Uint8Array): string => `-----BEGIN CERTIFICATE-----\n${(Buffer.from(der).toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`

/** SHA-256 of a certificate, 64 hexadecimal digits. */
export const fingerprintOf = (certificate: string | Uint8Array): string =>
  createHash('sha256')
    .update(typeof certificate === 'string' ? new X509Certificate(certificate).raw : certificate)
    .digest('hex')

import type { PeerCertificate } from 'node:tls'

/** Why the other side is not believed to be who it says; each has its own wording, because each asks for something else to be done. */
export type TrustProblem =
  /** Expired, or not yet valid: then the clock of this computer may be wrong. */
  | 'certificate-date'
  /** Made for another name than the address says. */
  | 'certificate-name'
  /** Signed by nobody that this computer knows. */
  | 'certificate-unknown'
  /** Not the one that the join code names. */
  | 'certificate-changed'
  /** What answers there speaks no TLS, or one that is too old. */
  | 'not-secure'

/** The connection was not made, because the other side is not believed. Nothing has been sent. */
export class Untrusted extends Error {
  constructor(readonly why: TrustProblem) {
    super(why)
    this.name = 'Untrusted'
  }
}

const problems: Readonly<Record<string, TrustProblem>> = {
  CERT_HAS_EXPIRED: 'certificate-date',
  CERT_NOT_YET_VALID: 'certificate-date',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate-name',
  HOSTNAME_MISMATCH: 'certificate-name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate-unknown',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate-unknown',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate-unknown',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate-unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate-unknown',
  CERT_UNTRUSTED: 'certificate-unknown',
  CERT_REJECTED: 'certificate-unknown',
  CERT_SIGNATURE_FAILURE: 'certificate-unknown',
  CERT_REVOKED: 'certificate-unknown',
  INVALID_CA: 'certificate-unknown',
  INVALID_PURPOSE: 'certificate-unknown',
  CERT_CHAIN_TOO_LONG: 'certificate-unknown',
  OUTPOST_PIN: 'certificate-changed',
  EPROTO: 'not-secure',
  ERR_SSL_WRONG_VERSION_NUMBER: 'not-secure',
}

/** What the error says about trust; undefined: it is about something else. */
export const certificateProblem = (error: Error & { readonly code?: string }): Untrusted | undefined => {
  const { code = '' } = error
  const why = problems[code] ?? (code.startsWith('ERR_SSL_') ? 'not-secure' : undefined)
  return why && new Untrusted(why)
}

/** SHA-256 of a certificate as 64 hex digits in lower case; `''` where there is none. */
export const fingerprintOf = ({ fingerprint256 = '' }: Partial<PeerCertificate>): string => fingerprint256.replaceAll(':', '').toLowerCase()

/** A fingerprint as people write it (colons, spaces, capitals), or undefined when it is none. */
export const readFingerprint = (text: string): string | undefined => {
  const digits = text.replace(/[:\s]/g, '').toLowerCase()
  return /^[0-9a-f]{64}$/.test(digits) ? digits : undefined
}

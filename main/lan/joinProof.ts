import { createHmac, scrypt, timingSafeEqual } from 'node:crypto'

/**
 * Proofs that both sides of a first connection know the same join code and see the same certificate. Somebody in the middle has
 * a certificate of his own, so that neither side's proof holds through him; what he hears of the code are HMACs under
 * a key that scrypt made of its 55 bits, and the code is over within minutes.
 */
export interface JoinKey {
  /** What the workstation sends; 64 hexadecimal digits. */
  asked(nonce: string, what: string): string
  /** What the hub answers with. */
  answered(nonce: string, what: string): string
}

/** Derives the key of a code for the hub with this certificate; takes some 50 ms. */
export const joinKeyOf = (code: string, fingerprint: string): Promise<JoinKey> =>
  new Promise((resolve, reject) => {
    scrypt(code, `outpost join 1 ${fingerprint}`, 32, { N: 2 ** 14, r: 8, p: 1 }, (error, key) => {
      if (error) return reject(error)
      const proof = (who: string) => (nonce: string, what: string) => createHmac('sha256', key).update(`${who}\n${nonce}\n${what}`).digest('hex')
      resolve({ asked: proof('workstation'), answered: proof('hub') })
    })
  })

/** Compares two proofs in a time that tells nothing of them. */
export const isSameProof = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

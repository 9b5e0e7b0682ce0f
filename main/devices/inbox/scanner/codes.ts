/** Longest code that is taken; more without an end is no scanner. */
const longest = 200

/** Cuts what a serial scanner sends into codes: each ends with CR, LF, ETX or a tab; what stands before it in control characters is no part of it. */
export class ScannedCodes {
  #text = ''
  #isTooLong = false

  /** @returns the codes that ended with these bytes */
  add(bytes: Uint8Array): string[] {
    const codes: string[] = []
    for (const byte of bytes) {
      if (byte === 0x0d || byte === 0x0a || byte === 0x03 || byte === 0x09) {
        if (this.#text !== '' && !this.#isTooLong) codes.push(this.#text)
        this.#text = ''
        this.#isTooLong = false
      } else if (byte > 0x20 && byte < 0x7f) {
        if (this.#text.length >= longest) this.#isTooLong = true
        else this.#text += String.fromCharCode(byte)
      }
    }
    return codes
  }
}

/** Bytes of the Telnet protocol, RFC 854. */
export const telnet = { se: 240, nop: 241, sb: 250, will: 251, wont: 252, do: 253, dont: 254, iac: 255 } as const

/** Options that are negotiated: RFC 856, RFC 858, RFC 2217. */
export const option = { binary: 0, suppressGoAhead: 3, comPort: 44 } as const

/** What stands between the bytes of a Telnet connection. */
export type TelnetCommand =
  | { readonly kind: 'will' | 'wont' | 'do' | 'dont'; readonly option: number }
  /** A subnegotiation: what it says, after the number of its option. */
  | { readonly kind: 'says'; readonly option: number; readonly bytes: Uint8Array }

/** Longest subnegotiation that anybody needs; the rest of a longer one is thrown away. */
const longest = 64
const verbs = new Map<number, 'will' | 'wont' | 'do' | 'dont'>([
  [telnet.will, 'will'],
  [telnet.wont, 'wont'],
  [telnet.do, 'do'],
  [telnet.dont, 'dont'],
])

/** Takes a Telnet connection apart, however it is cut into pieces. Pure. */
export class TelnetReader {
  #state: 'data' | 'iac' | 'verb' | 'sub' | 'sub-iac' = 'data'
  #verb: 'will' | 'wont' | 'do' | 'dont' = 'dont'
  #sub: number[] = []

  feed(bytes: Uint8Array): { readonly data: Uint8Array; readonly commands: readonly TelnetCommand[] } {
    const data = new Uint8Array(bytes.length)
    let length = 0
    const commands: TelnetCommand[] = []
    for (const byte of bytes) {
      switch (this.#state) {
        case 'data':
          if (byte === telnet.iac) this.#state = 'iac'
          else data[length++] = byte
          break
        case 'iac': {
          const verb = verbs.get(byte)
          this.#state = 'data'
          if (byte === telnet.iac) data[length++] = byte
          else if (byte === telnet.sb) {
            this.#sub = []
            this.#state = 'sub'
          } else if (verb) {
            this.#verb = verb
            this.#state = 'verb'
          }
          break
        }
        case 'verb':
          commands.push({ kind: this.#verb, option: byte })
          this.#state = 'data'
          break
        case 'sub':
          if (byte === telnet.iac) this.#state = 'sub-iac'
          else if (this.#sub.length < longest) this.#sub.push(byte)
          break
        case 'sub-iac':
          this.#state = byte === telnet.se ? 'data' : 'sub'
          if (byte === telnet.iac && this.#sub.length < longest) this.#sub.push(byte)
          if (byte === telnet.se && this.#sub.length > 0) commands.push({ kind: 'says', option: this.#sub[0]!, bytes: Uint8Array.from(this.#sub.slice(1)) })
      }
    }
    return { data: data.slice(0, length), commands }
  }
}

/** Bytes as they go through Telnet: 255 twice. */
export const escapeTelnet = (bytes: Uint8Array): Uint8Array => {
  if (!bytes.includes(telnet.iac)) return bytes
  const escaped: number[] = []
  for (const byte of bytes) escaped.push(...(byte === telnet.iac ? [byte, byte] : [byte]))
  return Uint8Array.from(escaped)
}

/** A subnegotiation on the wire. */
export const subnegotiation = (which: number, bytes: readonly number[]): Uint8Array =>
  Uint8Array.from([telnet.iac, telnet.sb, which, ...escapeTelnet(Uint8Array.from(bytes)), telnet.iac, telnet.se])

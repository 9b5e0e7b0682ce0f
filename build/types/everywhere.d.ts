/**
 * The few globals that every place shared/ runs in has: Node 18, Node 24 and Chrome 114. shared/ is compiled with these
 * and without Node's and the browser's own types, so that nothing else slips in.
 */
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean, ignoreBOM?: boolean })
  decode(input?: Uint8Array, options?: { stream?: boolean }): string
}
declare class TextEncoder {
  encode(input?: string): Uint8Array
}

import { decodeWindows1252 } from '../windows1252'

/**
 * Text of a message. E1394 says ASCII; makers send UTF-8 or their Windows code page. Bytes that are
 * no UTF-8 are read as windows-1252.
 */
export const decodeText = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return decodeWindows1252(bytes)
  }
}

/** Bytes of a message that we send. */
export const encodeText = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Control characters by the names that manuals give them, 00 to 1F. */
export const controlNames = [
  'NUL', 'SOH', 'STX', 'ETX', 'EOT', 'ENQ', 'ACK', 'BEL', 'BS', 'HT', 'LF', 'VT', 'FF', 'CR', 'SO', 'SI',
  'DLE', 'DC1', 'DC2', 'DC3', 'DC4', 'NAK', 'SYN', 'ETB', 'CAN', 'EM', 'SUB', 'ESC', 'FS', 'GS', 'RS', 'US',
] as const

const two = (byte: number) => byte.toString(16).padStart(2, '0').toUpperCase()

const textOfByte = (byte: number): string => (byte < 0x20 ? `<${controlNames[byte]}>` : byte === 0x7f ? '<DEL>' : byte < 0x7f ? String.fromCharCode(byte) : `\\x${two(byte)}`)

/** Bytes as a person reads them: printable ASCII as it is, control characters by name in angle brackets, the rest as `\xE4`. */
export const textOf = (bytes: Uint8Array): string => Array.from(bytes, textOfByte).join('')

/** Two hexadecimal digits for each byte. */
export const hexOf = (bytes: Uint8Array): string => Array.from(bytes, two).join(' ')

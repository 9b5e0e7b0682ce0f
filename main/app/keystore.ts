import { safeStorage } from 'electron'

/**
 * Whether the operating system really guards what it wraps. On Linux without a secret service
 * Electron falls back to a fixed password ("basic_text"), which guards nothing.
 */
export const hasKeystore = (): boolean => {
  if (!safeStorage.isEncryptionAvailable()) return false
  if (process.platform !== 'linux') return true
  // Electron 25 cannot tell which one it chose: what cannot be told is not relied on, and a passphrase is asked for.
  const told = (safeStorage as Partial<typeof safeStorage>).getSelectedStorageBackend?.() ?? 'unknown'
  return !['basic_text', 'unknown'].includes(told)
}

/** Wraps or unwraps bytes with the keystore; null when it refuses. */
export const useKeystore = (act: 'wrap' | 'unwrap', bytes: Uint8Array): Uint8Array | null => {
  try {
    return act === 'wrap'
      ? new Uint8Array(safeStorage.encryptString(Buffer.from(bytes).toString('base64')))
      : new Uint8Array(Buffer.from(safeStorage.decryptString(Buffer.from(bytes)), 'base64'))
  } catch {
    return null
  }
}

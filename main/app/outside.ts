import { shell } from 'electron'

/**
 * Shows an address in the system's browser. Only the practice host asks for it, on a person's click, with the address of the practice's
 * own outside viewer; a window cannot. What is no http or https address is left, whoever asks.
 */
export const openOutside = (url: string): void => {
  const { protocol } = new URL(url)
  if (protocol === 'https:' || protocol === 'http:') void shell.openExternal(url).catch(() => undefined)
}

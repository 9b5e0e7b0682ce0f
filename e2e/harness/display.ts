import { hasDisplay, startDisplay } from '../../build/display.mjs'

let own: Promise<{ name: string; close: () => void }> | undefined

/** The `DISPLAY` to open windows on: the machine's own, or one virtual display shared by everything in this process. */
export const displayName = async (): Promise<string | undefined> => {
  if (hasDisplay() && !own) return process.env['DISPLAY']
  own ??= startDisplay()
  return (await own).name
}

/** Ends the virtual display, if one was started. */
export const closeDisplay = async (): Promise<void> => {
  ;(await own)?.close()
  own = undefined
}

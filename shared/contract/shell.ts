/**
 * What a window may ask the main process itself: nothing clinical, nothing parsed. Everything else
 * goes to the practice host.
 */
export interface Shell {
  /** A folder that a person chose in the system's dialog, or null. */
  chooseFolder(): Promise<string | null>
  /** Files that a person chose in the system's dialog; none when they left it. */
  chooseFiles(): Promise<readonly string[]>
  /** Prints the window's page through the system's print dialog. */
  print(): Promise<void>
  info(): Promise<{ readonly version: string; readonly electron: string; readonly platform: string }>
  /** Starts the practice host again after it failed for good. */
  restart(): Promise<void>
  /** Tells which screen has been painted; for start-up measurements and screenshots. */
  painted(screen: string): Promise<void>
}

/** The requests of {@link Shell} as a value. */
export const shellRequests = ['chooseFolder', 'chooseFiles', 'print', 'info', 'restart', 'painted'] as const satisfies readonly (keyof Shell)[]

import type { TravelRule } from '../../shared/contract'

/** A file of a set (an image of a study) as it is kept on a workstation. */
export interface KeptFile {
  /** Of its contents, hexadecimal. */
  readonly sha256: string
  /** Bytes. */
  readonly size: number
  /** What its keeper has to know of it elsewhere; JSON. */
  readonly about: unknown
}

/** Whoever keeps files on a workstation: the imaging archive. */
export interface FileKeeper {
  /** The files of a set that lie here. */
  filesOf(set: string): Promise<readonly KeptFile[]>
  has(sha256: string): Promise<boolean>
  /** The contents from a byte on. Rejects when the file does not read back as it was stored. */
  read(sha256: string, from: number): AsyncIterable<Uint8Array>
  /** Takes a file that came from another workstation; rejects, and keeps nothing, when its contents have another SHA-256. */
  keep(set: string, file: KeptFile, contents: AsyncIterable<Uint8Array>): Promise<void>
}

/** What the server has of the files that lie here. */
export interface OnServer {
  /** Whether all of a set was sent, as far as this workstation remembers: good enough to be shown. */
  believes(set: string): Promise<boolean>
  /** SHA-256 of those of these files that the server could give back at this moment: it is asked. Rejects when it cannot be. */
  confirm(set: string, files: readonly KeptFile[]): Promise<readonly string[]>
}

/** The keeper says that the file does not read back. */
export const isUnreadable = (error: unknown): boolean => ['missing', 'damaged'].includes(String((error as { kind?: unknown } | undefined)?.kind))

/** What holds until somebody sets another rule. */
export const usualRule: TravelRule = { when: 'always', nightFrom: '22:00', nightTo: '06:00', kilobytesPerSecond: 0 }

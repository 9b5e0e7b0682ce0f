import type { PortEntry, ProfileEntry, SerialSettings } from '../../../../shared/contract'

/** Where the wizard is. */
export const steps = ['port', 'listen', 'place'] as const
export type Step = (typeof steps)[number]

/** What was said so far; it outlives the dialog. */
export interface PairDraft {
  readonly step: Step
  readonly port: string
  /** Typed. */
  readonly path: string
  /** Chosen by a person; empty: none yet. */
  readonly profile: string
  /** Undefined: what the profile says. */
  readonly name?: string
  readonly place: string
  /** Undefined: what the profile says. */
  readonly serial?: SerialSettings
}

export const emptyDraft: PairDraft = { step: 'port', port: '', path: '', profile: '', place: '' }

/** Stands for a path that no list shows. */
export const otherPath = '(other)'

/** The path that is meant: of the list, or typed. */
export const pathOf = ({ port, path }: PairDraft, free: readonly PortEntry[]): string => {
  const chosen = port || (free[0]?.path ?? otherPath)
  return chosen === otherPath ? path.trim() : chosen
}

/** Whether the path is a port whose speed has to be known: of this computer, or of a converter that is set from here. */
export const hasSettings = (path: string): boolean => !/^(?:(?:tcp|tls|listen|listen\+tls):\/\/|folder:|bluetooth)/.test(path)

/** A folder gives whole files: there is nothing to listen to. */
export const isFolder = (path: string): boolean => path.startsWith('folder:')

/** What a device is called until somebody gives it a name. */
export const nameOf = ({ maker, model }: ProfileEntry): string => `${maker} ${model.split(/[/,]/, 1)[0]}`.trim()

/** A profile as a list shows it. */
export const kindOf = ({ maker, model, protocol }: ProfileEntry): string => `${maker} ${model} (${protocol})`

/** The most usual settings: where listening begins. */
export const usualSettings: SerialSettings = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 }

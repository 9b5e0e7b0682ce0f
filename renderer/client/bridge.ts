import type { Answer, AskOf, Bridge, Clinic, ClinicEvents, RequestName, Shell, ValueOf } from '../../shared/contract'
import { requestNames } from '../../shared/contract/names'

declare global {
  interface Window {
    /** Put there by the preload script; nothing else of Electron reaches a window. */
    readonly outpost: Bridge
  }
}

let openPractice: string | null = null

/** Remembers which practice this window shows; every request names it, another one's is refused. */
export const rememberPractice = (practice: string | null): void => {
  openPractice = practice
}

/** Asks the practice host. Never throws: a refusal is an answer. */
export const ask = <Name extends RequestName>(name: Name, what?: AskOf<Name>): Promise<Answer<ValueOf<Name>>> =>
  window.outpost.requests[name](openPractice, what) as Promise<Answer<ValueOf<Name>>>

/** Every request as a function. */
export const clinic = Object.fromEntries(requestNames.map((name) => [name, (what?: unknown) => ask(name, what as never)])) as unknown as Clinic

/** The few things asked of the main process. */
export const shell: Shell = {
  chooseFolder: () => window.outpost.shell.chooseFolder(),
  chooseFiles: () => window.outpost.shell.chooseFiles(),
  print: () => window.outpost.shell.print(),
  info: () => window.outpost.shell.info(),
  restart: () => window.outpost.shell.restart(),
  painted: (screen) => window.outpost.shell.painted(screen),
}

/** Where files lie that were dropped onto the window; those that lie on no disk of this computer are left out. */
export const pathsOf = (files: readonly File[]): string[] =>
  // Older runtimes say it on the file, newer ones only to the preload script.
  files.map((file) => (file as { readonly path?: string }).path ?? window.outpost.pathOf(file)).filter((path) => path !== '')

/** Listens to an event; answers how to stop. */
export const listen = <Name extends keyof ClinicEvents>(name: Name, tell: (value: ClinicEvents[Name]) => void): (() => void) =>
  window.outpost.on[name](tell as never)

/** A key for one act of a person: the same act sent twice is done once. */
export const newKey = (): string => crypto.randomUUID()

/** The nonce of this page, for the style tags of the component library. */
export const nonce = (): string => document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''

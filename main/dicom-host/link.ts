import type { FromDicomHost, ToDicomHost } from './messages'
import type { HostLink } from './station'

/** One end of a message channel in a utility process. */
interface Port {
  on(name: 'message', tell: (event: { data: unknown }) => void): void
  on(name: 'close', tell: () => void): void
  postMessage(message: FromDicomHost): void
  start(): void
}

/** Electron's `process.parentPort`. */
export interface ParentPort {
  on(name: 'message', tell: (event: { data: unknown; ports: readonly Port[] }) => void): void
}

const isMessage = (message: unknown): message is ToDicomHost => typeof message === 'object' && message !== null && typeof (message as { kind?: unknown }).kind === 'string'

/** Hands over each link that the parent gives. */
export const linkOverParentPort = (parent: ParentPort, attach: (link: HostLink) => void): void => {
  parent.on('message', ({ ports: [port] }) => {
    if (!port) return
    attach({
      send: (message) => port.postMessage(message),
      onMessage: (listener) => port.on('message', ({ data }) => isMessage(data) && listener(data)),
      onClose: (listener) => port.on('close', listener),
    })
    port.start()
  })
}

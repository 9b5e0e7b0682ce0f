import type { FromDicomHost, ToDicomHost } from './messages'
import { createDicomStation, type StationOptions } from './station'

/** The other end of the line, for whoever runs the DICOM host inside its own process. */
export interface NearLink {
  send(message: ToDicomHost): void
  onMessage(listener: (message: FromDicomHost) => void): void
  onClose(listener: () => void): void
  close(): void
}

/** The DICOM host inside this process, for the command line and tests: hand its link to the practice host. */
export const runDicomHost = (options?: StationOptions): { readonly link: NearLink; close(): Promise<void> } => {
  const station = createDicomStation(options)
  const early: FromDicomHost[] = []
  let toDesk: ((message: FromDicomHost) => void) | undefined
  let toStation: (message: ToDicomHost) => void = () => undefined
  let stationClosed: () => void = () => undefined
  let deskClosed: () => void = () => undefined
  let isClosed = false
  station.attach({
    send: (message) => setImmediate(() => !isClosed && (toDesk ? toDesk(message) : early.push(message))),
    onMessage: (listener) => {
      toStation = listener
    },
    onClose: (listener) => {
      stationClosed = listener
    },
  })
  const link: NearLink = {
    send: (message) => setImmediate(() => !isClosed && toStation(message)),
    onMessage: (listener) => {
      toDesk = listener
      for (const message of early.splice(0)) listener(message)
    },
    onClose: (listener) => {
      deskClosed = listener
    },
    close: () => {
      isClosed = true
      stationClosed()
    },
  }
  return {
    link,
    close: async () => {
      isClosed = true
      await station.close()
      deskClosed()
    },
  }
}

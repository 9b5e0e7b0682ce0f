import type { App, IpcMainEvent, IpcMainInvokeEvent, Session, WebContents } from 'electron'
import { appOrigin } from './content'

/** Denies, for every page of the session, whatever the application does not use: permissions, devices, downloads, the network. */
export const hardenSession = (session: Session): void => {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event) => event.preventDefault())
  session.webRequest.onBeforeRequest((details, answer) => {
    const allowed = details.url.startsWith(`${appOrigin}/`) || /^(data|blob|devtools):/.test(details.url)
    answer({ cancel: !allowed })
  })
}

/** Denies navigation, new windows and embedded views in every page that comes to be. */
export const hardenContents = (app: App): void => {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.on('will-navigate', (event) => event.preventDefault())
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
}

/** Whether a message came from the top frame of one of our own windows showing our own page. */
export const isOurs = (event: IpcMainEvent | IpcMainInvokeEvent, windows: ReadonlySet<number>): boolean => {
  const frame = event.senderFrame
  return windows.has(event.sender.id) && frame !== null && frame.parent === null && frame.url.startsWith(`${appOrigin}/`)
}

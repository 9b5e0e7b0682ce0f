/**
 * Electron's main process: windows, `app://`, the OS keystore, starting the other processes and
 * handing out message ports. It holds no records and parses nothing from outside.
 */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { app, BrowserWindow, dialog, ipcMain, MessageChannelMain, protocol, session as sessions, type IpcMainInvokeEvent, type UtilityProcess } from 'electron'
import type { ClinicEvents, FromPracticeHost, Shell, SideProcess, ToPracticeHost } from '../../shared/contract'
import { openBackground } from './background'
import { appOrigin, serveContent } from './content'
import { hardenContents, hardenSession, isOurs } from './hardening'
import { hasKeystore, useKeystore } from './keystore'
import { openOutside } from './outside'
import { keepRunning, type Kept } from './processes'

const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? undefined : process.argv[at + 1]
}
const trace = (line: string) => {
  if (process.env['OUTPOST_TRACE']) process.stdout.write(`outpost:${line}\n`)
}

const demo = process.argv.includes('--demo')
const out = resolve(__dirname, '..')
const folder = resolve(argument('data') ?? join(app.getPath('appData'), 'Outpost', demo ? 'demo' : 'practice'))
mkdirSync(folder, { recursive: true })
// Chromium's own files; the session itself is kept in memory, so no record ever reaches them.
app.setPath('userData', join(folder, 'window'))

if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } }])
hardenContents(app)

const windows = new Map<number, BrowserWindow>()
const ours = new Set<number>()

const tellWindows = (value: ClinicEvents['hostChanged']) => {
  for (const window of windows.values()) window.webContents.send('outpost:host', value)
}

/** Bundles of the processes beside the practice host. */
const sideEntries: Readonly<Record<SideProcess, string>> = { device: 'device-host.cjs', hub: 'hub.cjs', dicom: 'dicom-host.cjs' }

/** The practice host and what is asked of it. */
const host = (() => {
  const pixelsAsked = new Map<number, (bytes: Uint8Array | null) => void>()
  const sides = new Map<SideProcess, Kept>()
  let lastCall = 0
  let kept: Kept | undefined

  const say = (message: ToPracticeHost, ports: Electron.MessagePortMain[] = []) => kept?.process.postMessage(message, ports)

  const joinSide = (name: SideProcess, child: UtilityProcess) => {
    const { port1, port2 } = new MessageChannelMain()
    child.postMessage({ kind: 'link' }, [port1])
    say({ kind: 'link', process: name }, [port2])
  }
  const need = (name: SideProcess) => {
    const running = sides.get(name)
    if (running) return joinSide(name, running.process)
    sides.set(
      name,
      keepRunning({
        name: `outpost ${name} host`,
        entry: join(out, 'main', sideEntries[name]),
        started: (child) => {
          joinSide(name, child)
          if (name === 'device') tellWindows({ host: 'device', state: 'running' })
        },
        died: (again) => {
          if (name === 'device') tellWindows({ host: 'device', state: again ? 'restarting' : 'failed' })
        },
      }),
    )
  }
  const noNeed = async (name: SideProcess) => {
    const side = sides.get(name)
    sides.delete(name)
    await side?.stop()
  }
  const handWindow = (window: BrowserWindow) => {
    const { port1, port2 } = new MessageChannelMain()
    say({ kind: 'window', id: String(window.webContents.id) }, [port1])
    window.webContents.postMessage('outpost:port', null, [port2])
  }
  const hear = (message: FromPracticeHost) => {
    switch (message.kind) {
      case 'ready':
        trace('host-ready')
        return
      case 'need':
        return need(message.process)
      case 'no-need':
        return void noNeed(message.process).then(() => say({ kind: 'ended', process: message.process }))
      case 'keystore':
        return void say({ kind: 'keystore-answer', call: message.call, bytes: useKeystore(message.act, message.bytes) })
      case 'pixels-answer':
        pixelsAsked.get(message.call)?.(message.bytes)
        pixelsAsked.delete(message.call)
        return
      case 'open-outside':
        return openOutside(message.url)
      case 'stay':
        background.become(message.on)
        // Nobody is there any more who could end it.
        if (!message.on && windows.size === 0) app.quit()
        return
      case 'stopped':
        return
    }
  }
  const start = () => {
    let first = true
    kept = keepRunning({
      name: 'outpost practice host',
      entry: join(out, 'main', 'practice-host.cjs'),
      started: (child) => {
        child.on('message', hear)
        child.postMessage({ kind: 'start', folder, keystore: hasKeystore(), demo } satisfies ToPracticeHost)
        if (first) {
          first = false
          return
        }
        // `kept.process` answers the new child only after this call returns.
        setImmediate(() => {
          for (const window of windows.values()) handWindow(window)
          tellWindows({ host: 'practice', state: 'running' })
        })
      },
      died: (again) => {
        for (const answer of pixelsAsked.values()) answer(null)
        pixelsAsked.clear()
        tellWindows({ host: 'practice', state: again ? 'restarting' : 'failed' })
      },
    })
  }
  return {
    start,
    handWindow,
    windowClosed: (id: number) => say({ kind: 'window-closed', id: String(id) }),
    pixels: (ticket: string, sopInstanceUid: string, frame?: number) =>
      new Promise<Uint8Array | null>((answer) => {
        const call = ++lastCall
        pixelsAsked.set(call, answer)
        say({ kind: 'pixels', call, ticket, sopInstanceUid, ...(frame !== undefined && { frame }) })
      }),
    /** Lets the host finish what is under way, at most two seconds. */
    stop: () =>
      new Promise<void>((stopped) => {
        const running = kept
        if (!running) return stopped()
        setTimeout(stopped, 2_000)
        running.process.on('message', (message: FromPracticeHost) => message.kind === 'stopped' && stopped())
        say({ kind: 'stop' })
      }).then(() => {
        for (const side of sides.values()) void side.stop()
        void kept?.stop()
      }),
    restart: () => {
      void kept?.stop()
      start()
      for (const window of windows.values()) handWindow(window)
      tellWindows({ host: 'practice', state: 'running' })
    },
  }
})()

const openWindow = (session: Electron.Session) => {
  const window = new BrowserWindow({
    width: Number(argument('width') ?? 1366),
    height: Number(argument('height') ?? 768),
    minWidth: 800,
    minHeight: 600,
    title: 'Outpost',
    backgroundColor: '#f4f6f8',
    autoHideMenuBar: true,
    webPreferences: {
      session,
      preload: join(out, 'preload', 'index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      // An alarm sounds also where nobody has touched the window yet.
      autoplayPolicy: 'no-user-gesture-required',
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  })
  const id = window.webContents.id
  windows.set(id, window)
  ours.add(id)
  window.setMenu(null)
  window.on('closed', () => {
    windows.delete(id)
    ours.delete(id)
    host.windowClosed(id)
  })
  void window.loadURL(`${appOrigin}/`)
}

/** Brings a window to the front, or opens one. */
const openOrFocus = () => {
  const window = [...windows.values()][0]
  if (window) {
    window.restore()
    window.focus()
  } else if (session) openWindow(session)
}
let session: Electron.Session | undefined
const background = openBackground({ open: openOrFocus })

const offerShell = () => {
  const requests: { [Name in keyof Shell]: (event: IpcMainInvokeEvent, what: unknown) => ReturnType<Shell[Name]> } = {
    chooseFolder: async (event) => {
      const window = BrowserWindow.fromWebContents(event.sender)
      const chosen = window ? await dialog.showOpenDialog(window, { properties: ['openDirectory'] }) : undefined
      return chosen && !chosen.canceled ? (chosen.filePaths[0] ?? null) : null
    },
    chooseFiles: async (event) => {
      const window = BrowserWindow.fromWebContents(event.sender)
      const chosen = window ? await dialog.showOpenDialog(window, { properties: ['openFile', 'multiSelections'] }) : undefined
      return chosen && !chosen.canceled ? chosen.filePaths : []
    },
    print: (event) => new Promise((printed) => event.sender.print({ printBackground: true }, () => printed())),
    info: async () => ({ version: app.getVersion(), electron: process.versions.electron ?? '', platform: process.platform }),
    restart: async () => host.restart(),
    painted: async (_event, screen) => {
      if (typeof screen === 'string' && /^[a-z-]{1,40}$/.test(screen)) trace(`painted ${screen}`)
    },
  }
  for (const [name, answer] of Object.entries(requests)) {
    ipcMain.handle(`outpost:shell:${name}`, async (event, what: unknown) => (isOurs(event, ours) ? answer(event, what) : null))
  }
  ipcMain.on('outpost:connect', (event) => {
    const window = windows.get(event.sender.id)
    if (window && isOurs(event, ours)) host.handWindow(window)
  })
}

const run = async () => {
  await app.whenReady()
  session = sessions.fromPartition('outpost', { cache: false })
  hardenSession(session)
  serveContent(session, join(out, 'renderer'), host.pixels)
  offerShell()
  host.start()
  openWindow(session)
}

if (app.requestSingleInstanceLock()) {
  app.on('second-instance', openOrFocus)
  let stopping = false
  app.on('window-all-closed', () => {
    if (!background.stays()) app.quit()
  })
  app.on('before-quit', (event) => {
    if (stopping) return
    stopping = true
    event.preventDefault()
    void host.stop().then(() => app.exit(0))
  })
  void run()
} else {
  process.stderr.write(`Outpost already runs on ${folder}.\n`)
  app.exit(0)
}

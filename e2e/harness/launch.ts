import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { resolveElectron } from '../../build/electron.mjs'
import { isRoot, root } from '../../build/ground.mjs'
import { displayName } from './display'
import { scratchFolder } from './folders'

export interface LaunchOptions {
  /** Data folder; without one an empty folder is made and removed at `close`. */
  data?: string
  /** Start the demo practice. */
  demo?: boolean
  /** Further arguments of the application. */
  args?: string[]
  env?: Record<string, string>
  /** Size of the page in CSS pixels. */
  size?: { width: number; height: number }
  colorScheme?: 'light' | 'dark'
}

/** A running application and its first window. */
export interface Running {
  app: ElectronApplication
  window: Page
  data: string
  /** What the application wrote on standard output and standard error, line by line; the very first lines may be missing. */
  lines: readonly string[]
  /** What went wrong inside the page: uncaught errors, and what it wrote to the console as an error. */
  pageErrors: readonly string[]
  /** Resolves once this screen (`<html data-screen>`) has been painted. */
  painted: (screen: string, timeoutMs?: number) => Promise<void>
  /** Process id of a utility process by its name (`outpost practice host`, `outpost device host`). */
  processId: (name: string) => Promise<number | undefined>
  /** Quits as a person would, and waits for the end. The data folder stays when it was given. */
  close: () => Promise<void>
  /** Ends the whole application at once, as a power cut does. The data folder stays. */
  kill: () => Promise<void>
}

/** Only what concerns this run: a developer's own Electron and Node settings stay out of it. */
const cleanEnvironment = (): Record<string, string> => {
  const kept = Object.entries(process.env).filter(([name, value]) => value !== undefined && !/^(ELECTRON_RUN_AS_NODE|NODE_OPTIONS|VITEST.*)$/.test(name))
  return Object.fromEntries(kept) as Record<string, string>
}

/**
 * Starts the built application on the resolved Electron, under the machine's display or a virtual one.
 *
 * @throws when no window opens; the message carries what the application wrote.
 */
export const launch = async (options: LaunchOptions = {}): Promise<Running> => {
  const [electron, display] = await Promise.all([resolveElectron(), displayName()])
  const folder = options.data === undefined ? scratchFolder('data') : undefined
  const data = options.data ?? folder?.path ?? ''
  const lines: string[] = []
  // Asked for at the start: a window resized before its first frame may never paint on a display without a window manager.
  const sized = options.size ? ['--width', String(options.size.width), '--height', String(options.size.height)] : []
  const app = await _electron.launch({
    executablePath: electron.path,
    args: [...(isRoot ? ['--no-sandbox'] : []), root, '--data', data, ...(options.demo ? ['--demo'] : []), ...sized, ...(options.args ?? [])],
    cwd: root,
    env: { ...cleanEnvironment(), ...(display ? { DISPLAY: display } : {}), OUTPOST_TRACE: '1', ...options.env },
    timeout: 60_000,
    ...(options.colorScheme ? { colorScheme: options.colorScheme } : {}),
  })
  const child = app.process()
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ''
    stream?.on('data', (chunk: Buffer) => {
      const parts = (rest + chunk.toString('utf8')).split('\n')
      rest = parts.pop() ?? ''
      lines.push(...parts)
    })
  }
  const told = () => lines.slice(-25).join('\n')
  const window = await app.firstWindow({ timeout: 60_000 }).catch((error: unknown) => {
    child.kill('SIGKILL')
    folder?.remove()
    throw new Error(`No window opened.\n${told()}`, { cause: error })
  })
  const pageErrors: string[] = []
  window.on('pageerror', (error) => pageErrors.push(error.message))
  window.on('console', (message) => {
    if (message.type() === 'error') pageErrors.push(`${message.text()} ${message.location().url}`.trim())
  })

  // The window is asked, not the trace: what the application wrote before this process listened is lost.
  const painted = async (screen: string, timeoutMs = 60_000) => {
    await window
      .waitForFunction((wanted) => document.documentElement.dataset['screen'] === wanted, screen, { timeout: timeoutMs })
      .catch((error: unknown) => {
        throw new Error(`"${screen}" was not painted within ${timeoutMs} ms.\n${told()}`, { cause: error })
      })
  }

  return {
    app,
    window,
    data,
    lines,
    pageErrors,
    painted,
    processId: (name) =>
      app.evaluate(({ app: electronApp }, wanted) => electronApp.getAppMetrics().find((one) => one.name === wanted || one.serviceName === wanted)?.pid, name),
    close: async () => {
      await Promise.race([app.close().catch(() => undefined), new Promise((done) => setTimeout(done, 15_000))])
      if (child.exitCode === null) child.kill('SIGKILL')
      await ended
      folder?.remove()
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Sets the size of the page itself, without the window's frame. */
export const resize = (app: ElectronApplication, size: { width: number; height: number }): Promise<void> =>
  app.evaluate(({ BrowserWindow }, { width, height }) => {
    const [window] = BrowserWindow.getAllWindows()
    window?.setContentSize(width, height)
  }, size)

/** Where pictures of a failing or finished journey go. */
export const picture = (window: Page, name: string): Promise<Buffer> =>
  window.screenshot({ path: join(root, '.data', 'e2e', `${name}.png`), animations: 'disabled' })

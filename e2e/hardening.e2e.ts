import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeDisplay, launch, type Running } from './harness'
import { settled } from './steps'
import { requestNames } from '../shared/contract/names'
import { eventNames } from '../shared/contract/events'
import { shellRequests } from '../shared/contract/shell'

describe('The window is a place of least rights', () => {
  let running: Running
  beforeAll(async () => {
    running = await launch()
    await settled(running.window, 'first-run')
  })
  afterAll(async () => {
    await running?.close()
    await closeDisplay()
  })

  it('is sandboxed, isolated and without Node', async () => {
    const preferences = await running.app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows()
      const contents = window?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> } | undefined
      const used = contents?.getLastWebPreferences() ?? {}
      return { sandbox: used['sandbox'], contextIsolation: used['contextIsolation'], nodeIntegration: used['nodeIntegration'], webviewTag: used['webviewTag'], webSecurity: used['webSecurity'] }
    })
    expect(preferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false })
    expect(preferences.webSecurity).not.toBe(false)
    const seen = await running.window.evaluate(() => ({
      globals: ['require', 'process', 'Buffer', 'module', 'ipcRenderer', 'electron'].filter((name) => name in globalThis),
      bridge: { requests: Object.keys(window.outpost.requests), on: Object.keys(window.outpost.on), shell: Object.keys(window.outpost.shell), all: Object.keys(window.outpost) },
    }))
    expect(seen.globals).toEqual([])
    expect(seen.bridge).toEqual({ requests: [...requestNames], on: [...eventNames], shell: [...shellRequests], all: ['requests', 'on', 'shell', 'pathOf'] })
  })

  it('has a policy with a nonce, and neither eval nor inline scripts run', async () => {
    const policies = await running.window.evaluate(async () => {
      const answers = await Promise.all([fetch('app://outpost/'), fetch('app://outpost/')])
      return answers.map((answer) => answer.headers.get('content-security-policy') ?? '')
    })
    expect(policies[0]).toContain("default-src 'none'")
    expect(policies[0]).not.toContain("'unsafe-eval'")
    expect(policies[0]).not.toMatch(/script-src[^;]*'unsafe-inline'/)
    expect(policies[0]).not.toBe(policies[1])
    // In a task of the page's own: what the debugger evaluates is let past the policy.
    const ran = await running.window.evaluate(async () => {
      await new Promise((next) => setTimeout(next, 0))
      const tried: string[] = []
      try {
        // oxlint-disable-next-line no-eval -- that it fails is what is tested
        eval('tried.push("eval")')
      } catch {
        tried.push('eval refused')
      }
      try {
        // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- that it fails is what is tested
        new Function('return 1')()
        tried.push('Function')
      } catch {
        tried.push('Function refused')
      }
      const script = document.createElement('script')
      script.textContent = 'window.inlineRan = true'
      document.head.append(script)
      tried.push('inlineRan' in window ? 'inline' : 'inline refused')
      return tried
    })
    expect(ran).toEqual(['eval refused', 'Function refused', 'inline refused'])
  })

  it('cannot go anywhere, open anything, download or ask for a permission', async () => {
    const { app, window: page } = running
    const before = page.url()
    const tried = await page.evaluate(async () => {
      const opened = window.open('https://example.org/')
      location.href = 'https://example.org/'
      const frame = document.createElement('iframe')
      frame.src = 'https://example.org/'
      document.body.append(frame)
      const reached = await fetch('https://example.org/').then(() => true, () => false)
      const file = await fetch('file:///etc/hostname').then(() => true, () => false)
      const permission = await navigator.permissions.query({ name: 'geolocation' }).then(({ state }) => state, () => 'denied')
      const camera = await (navigator.mediaDevices?.getUserMedia({ video: true }) ?? Promise.reject(new Error('none'))).then(() => true, () => false)
      const link = document.createElement('a')
      link.href = 'app://outpost/index.html'
      link.download = 'x.html'
      link.click()
      await new Promise((next) => setTimeout(next, 500))
      frame.remove()
      return { opened: opened !== null, reached, file, permission, camera }
    })
    expect(tried).toEqual({ opened: false, reached: false, file: false, permission: 'denied', camera: false })
    expect(page.url()).toBe(before)
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  })

  it('serves nothing from outside its own folder', async () => {
    const answers = await running.window.evaluate(async () =>
      Promise.all(
        ['app://outpost/../package.json', 'app://outpost/%2e%2e/%2e%2e/package.json', 'app://outpost/..%2f..%2fpackage.json', 'app://other/', 'app://outpost/dicom/xxxxxxxxxxxxxxxxxxxxxxxx/1.2.3', 'app://outpost/%00'].map((url) =>
          fetch(url).then((answer) => answer.status, () => 0),
        ),
      ),
    )
    for (const status of answers) expect([0, 403, 404]).toContain(status)
  })

  it('gives the port and the shell to none but its own page', async () => {
    const heard = await running.app.evaluate(async ({ app, BrowserWindow }) => {
      const preload = `${app.getAppPath()}/out/preload/index.cjs`
      const stranger = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true, contextIsolation: true } })
      await stranger.loadURL('about:blank')
      const answers = (await stranger.webContents.executeJavaScript(
        `Promise.all([
          window.outpost.shell.info(),
          Promise.race([window.outpost.requests.practiceState(null, undefined), new Promise((late) => setTimeout(late, 1000, 'no answer'))]),
        ])`,
      )) as unknown[]
      stranger.destroy()
      return answers
    })
    expect(heard).toEqual([null, 'no answer'])
  })
})

/** The peer of the store benchmark that needs a browser: RxDB's Dexie storage in a real window. What it measured is the title in the end. */
const { app, BrowserWindow } = require('electron')
const { join } = require('node:path')

const argument = (name) => process.argv[process.argv.indexOf(name) + 1]
app.setPath('userData', argument('--data'))
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
app.on('window-all-closed', () => app.quit())
void app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 800, height: 600, webPreferences: { sandbox: true, contextIsolation: true, backgroundThrottling: false } })
  window.webContents.on('page-title-updated', (event, title) => {
    if (title.startsWith('{')) process.stdout.write(`measured ${title}\n`)
  })
  window.webContents.on('console-message', (event, level, message) => process.stderr.write(`${message}\n`))
  return window.loadFile(join(argument('--page'), 'index.html'), { query: { documents: argument('--documents') } })
})

/** The peer of the start benchmark: one window with one sentence, and nothing else. It says when it has painted. */
const { app, BrowserWindow, ipcMain } = require('electron')
const { join } = require('node:path')

const data = process.argv.indexOf('--data')
if (data > 0) app.setPath('userData', process.argv[data + 1])
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
ipcMain.on('painted', () => process.stdout.write('outpost:painted empty\n'))
app.on('window-all-closed', () => app.quit())
void app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1366, height: 768, webPreferences: { sandbox: true, contextIsolation: true, preload: join(__dirname, 'preload.cjs') } })
  return window.loadFile(join(__dirname, 'index.html'))
})

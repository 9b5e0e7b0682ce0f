/**
 * Stands in for Electron's own default application, which the fetched runtime does not carry: reads `-r FILE` and the
 * path of an application folder from the command line and starts that application.
 */
const { app: declared } = require('electron')
/** Electron's default application also sets what its type declarations keep to themselves. */
const app = /** @type {Electron.App & { setVersion(version: string): void, setAppPath(path: string): void }} */ (declared)

const { existsSync, readFileSync, statSync } = require('node:fs')
const { dirname, join, resolve } = require('node:path')

const given = process.argv.slice(1)
const preloads = []
let at = 0
while (at < given.length && given[at].startsWith('-')) {
  if (given[at] === '-r' || given[at] === '--require') preloads.push(given[++at])
  at++
}
const target = at < given.length ? resolve(given[at]) : ''

// A preload may still want to see the whole command line, so it runs first.
for (const file of preloads) require(resolve(file))

// As with Electron's own default application, what follows the application's path is the application's.
process.argv = [process.argv[0], ...given.slice(at)]

if (!target || !existsSync(target)) {
  process.stderr.write('This is a bare Electron runtime: give it the path of an application folder.\n')
  app.exit(1)
} else {
  const folder = statSync(target).isDirectory() ? target : dirname(target)
  const manifest = existsSync(join(folder, 'package.json')) ? JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) : {}
  if (manifest.productName || manifest.name) app.setName(manifest.productName || manifest.name)
  if (manifest.version) app.setVersion(manifest.version)
  app.setAppPath(folder)
  require(folder === target ? join(folder, manifest.main || 'index.js') : target)
}

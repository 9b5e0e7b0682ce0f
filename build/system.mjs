import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { isCommand, isRoot, run, runMain, say, seconds } from './ground.mjs'

/**
 * Shared libraries that Electron loads at start, each with the Debian package that brings it. The names of some packages
 * changed with the 64-bit time_t transition, so the newer name is given too.
 */
const libraries = {
  'libgtk-3.so.0': ['libgtk-3-0', 'libgtk-3-0t64'],
  'libnss3.so': ['libnss3'],
  'libnssutil3.so': ['libnss3'],
  'libsmime3.so': ['libnss3'],
  'libnspr4.so': ['libnspr4'],
  'libasound.so.2': ['libasound2', 'libasound2t64'],
  'libgbm.so.1': ['libgbm1'],
  'libdrm.so.2': ['libdrm2'],
  'libatk-1.0.so.0': ['libatk1.0-0', 'libatk1.0-0t64'],
  'libatk-bridge-2.0.so.0': ['libatk-bridge2.0-0', 'libatk-bridge2.0-0t64'],
  'libatspi.so.0': ['libatspi2.0-0', 'libatspi2.0-0t64'],
  'libcups.so.2': ['libcups2', 'libcups2t64'],
  'libdbus-1.so.3': ['libdbus-1-3'],
  'libexpat.so.1': ['libexpat1'],
  'libglib-2.0.so.0': ['libglib2.0-0', 'libglib2.0-0t64'],
  'libgobject-2.0.so.0': ['libglib2.0-0', 'libglib2.0-0t64'],
  'libgio-2.0.so.0': ['libglib2.0-0', 'libglib2.0-0t64'],
  'libpango-1.0.so.0': ['libpango-1.0-0'],
  'libcairo.so.2': ['libcairo2'],
  'libX11.so.6': ['libx11-6'],
  'libxcb.so.1': ['libxcb1'],
  'libXcomposite.so.1': ['libxcomposite1'],
  'libXdamage.so.1': ['libxdamage1'],
  'libXext.so.6': ['libxext6'],
  'libXfixes.so.3': ['libxfixes3'],
  'libXrandr.so.2': ['libxrandr2'],
  'libxkbcommon.so.0': ['libxkbcommon0'],
  'libudev.so.1': ['libudev1'],
}

/** Programs used where there is no display or no hardware, each with its Debian package. */
const programs = { Xvfb: 'xvfb', socat: 'socat', udevadm: 'udev', 'dbus-daemon': 'dbus', Orthanc: 'orthanc', storescu: 'dcmtk' }

/**
 * What is looked for by its folder, each with its Debian package: fonts for pictures of the window (Latin and Arabic letters,
 * and the made-up patients' Devanagari), the stand-in for BlueZ that Bluetooth is tested against, and the image archive's
 * plug-in for DICOMweb.
 */
const folders = {
  '/usr/lib/python3/dist-packages/dbusmock': 'python3-dbusmock',
  '/usr/share/orthanc/plugins/libOrthancDicomWeb.so': 'orthanc-dicomweb',
  '/usr/share/fonts/truetype/dejavu': 'fonts-dejavu-core',
  '/usr/share/fonts/truetype/lohit-devanagari': 'fonts-lohit-deva',
}

/** Whether a program can be found on the PATH. */
export function hasProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/sbin', '/sbin', '/bin']
  return folders.some(folder => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

async function missingLibraries(electron) {
  const linked = await run('ldd', [electron])
  return [...linked.stdout.matchAll(/^\s*(\S+) => not found/gm)].map(match => match[1])
    // ffmpeg and the like lie beside the binary and are found through its own search path.
    .filter(name => !existsSync(join(dirname(electron), name)))
}

/**
 * Makes sure that the machine has what Electron and the tests need besides npm packages: shared libraries, and, where
 * there is no screen, a virtual display, fonts, and pseudo-terminals for simulated devices. On Debian and its relatives
 * as root it installs them; elsewhere it prints the command that would.
 *
 * @param {{ electron?: string, headless: boolean }} needs `electron` is the executable whose libraries are checked.
 * @returns {Promise<boolean>} whether everything is there now.
 */
export async function ensureSystem(needs) {
  if (process.platform !== 'linux') return true
  const lacking = needs.electron ? await missingLibraries(needs.electron) : []
  const packages = new Set()
  const unknown = []
  for (const library of lacking) {
    if (libraries[library]) packages.add(libraries[library])
    else unknown.push(library)
  }
  if (needs.headless) {
    for (const [program, name] of Object.entries(programs)) if (!hasProgram(program)) packages.add([name])
    for (const [folder, name] of Object.entries(folders)) if (!existsSync(folder)) packages.add([name])
  }
  if (packages.size === 0 && unknown.length === 0) return true

  const hasApt = hasProgram('apt-get')
  const newer = hasApt && isTimeT64()
  const names = [...new Set([...packages].map(([older, later]) => (newer && later) || older))].sort()
  const command = `apt-get update && apt-get install -y --no-install-recommends ${names.join(' ')}`
  if (!hasApt || !isRoot) {
    say(`outpost: this machine lacks ${[...lacking, ...names].join(', ')}.`)
    say(hasApt ? `outpost: install what is missing with:  sudo sh -c '${command}'` : 'outpost: install them with the package manager of this system.')
    return false
  }
  const startedAt = Date.now()
  say(`outpost: installing ${names.length} system packages with apt: ${names.join(' ')} ...`)
  // Runlevel 1: what is installed for tests is not started as a service.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  const updated = await run('apt-get', ['update', '-qq'], { env, timeoutMs: 180_000 })
  const installed = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], { env, timeoutMs: 600_000 })
  if (installed.status !== 0) {
    say(`outpost: apt could not install them. ${(installed.stderr || updated.stderr).trim().split('\n').slice(-3).join(' ')}`)
    say(`outpost: try by hand:  ${command}`)
    return false
  }
  if (names.includes('orthanc')) await run('sh', ['-c', 'update-rc.d orthanc disable; service orthanc stop'])
  say(`outpost: system packages installed in ${seconds(startedAt)}`)
  if (unknown.length) say(`outpost: no package is known for ${unknown.join(', ')}; Electron may not start.`)
  return unknown.length === 0
}

/** Debian 13 and Ubuntu 24.04 and their successors renamed packages for 64-bit time_t. */
function isTimeT64() {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  const version = Number(/^VERSION_ID="?(\d+)/m.exec(release)?.[1] ?? 0)
  return /^ID=ubuntu/m.test(release) ? version >= 24 : version >= 13
}

if (isCommand(import.meta.url)) {
  await runMain(async () => {
    const { resolveElectron } = await import('./electron.mjs')
    const ready = await ensureSystem({ electron: (await resolveElectron()).path, headless: !process.env.DISPLAY })
    return ready ? 0 : 1
  })
}

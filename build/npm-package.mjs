import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { BuildProblem, cacheFolder, run, say, seconds } from './ground.mjs'

/**
 * Fetches one published npm package by name, outside package.json, checks it against a pinned hash and unpacks it into
 * the cache. Later calls find it there.
 *
 * @param {{ name: string, version: string, integrity: string, what: string }} pin `integrity` as the registry publishes
 *   it (`sha512-…`); `what` says in words what is fetched.
 * @param {(unpacked: string) => Promise<void>} [prepare] last touches before the folder counts as complete.
 * @returns {Promise<string>} the folder with the package's files.
 */
export async function fetchPinnedPackage(pin, prepare) {
  const folderName = `${pin.name.replace(/[@/]/g, '_')}-${pin.version}`
  const kept = join(cacheFolder, folderName)
  if (existsSync(kept)) return kept

  mkdirSync(cacheFolder, { recursive: true })
  const scratch = mkdtempSync(join(cacheFolder, '.fetching-'))
  const startedAt = Date.now()
  say(`outpost: fetching ${pin.what} ...`)
  try {
    const packed = await run('npm', ['pack', `${pin.name}@${pin.version}`, '--loglevel=error', '--ignore-scripts', '--pack-destination', scratch],
      { timeoutMs: 600_000 })
    const tarball = join(scratch, packed.stdout.trim().split('\n').at(-1) ?? '')
    if (packed.status !== 0 || !tarball.endsWith('.tgz')) {
      throw new BuildProblem(`${pin.name}@${pin.version} could not be fetched through npm. ${packed.stderr.trim()}`)
    }
    const found = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`
    if (found !== pin.integrity) {
      throw new BuildProblem(`${pin.name}@${pin.version} is not the file that was pinned: expected ${pin.integrity}, got ${found}. Nothing was unpacked.`)
    }
    const unpacked = join(scratch, 'package')
    await unpack(tarball, scratch)
    rmSync(tarball)
    await prepare?.(unpacked)
    // Two commands may have fetched at once; whoever renames first wins and the other's copy is dropped.
    if (!existsSync(kept)) renameSync(unpacked, kept)
    say(`outpost: ${pin.what} ready in ${seconds(startedAt)}`)
    return kept
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Unpacks a .tar.gz with the system's tar (present on Linux, macOS and Windows 10 and later). */
export async function unpack(tarball, into) {
  mkdirSync(into, { recursive: true })
  const result = await run('tar', ['-xzf', tarball, '-C', into, '--no-same-owner'])
  if (result.status !== 0) throw new BuildProblem(`${tarball} could not be unpacked. ${result.stderr.trim().split('\n').at(-1)}`)
}

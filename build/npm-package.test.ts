import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { fetchPinnedPackage as fetchPinned } from './npm-package.mjs'

/** Stands in for the registry: an `npm` that packs what lies in a folder and counts how often it was asked. */
const registry = () => {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-registry-'))
  mkdirSync(join(folder, 'package'))
  writeFileSync(join(folder, 'package', 'tool'), 'the runtime')
  execFileSync('tar', ['-czf', join(folder, 'tool-1.0.0.tgz'), '-C', folder, 'package'])
  mkdirSync(join(folder, 'bin'))
  const npm = join(folder, 'bin', 'npm')
  writeFileSync(npm, `#!/bin/sh\necho asked >> ${folder}/asked\nfor last; do :; done\ncp ${folder}/tool-1.0.0.tgz "$last/"\necho tool-1.0.0.tgz\n`)
  chmodSync(npm, 0o755)
  const integrity = `sha512-${createHash('sha512').update(readFileSync(join(folder, 'tool-1.0.0.tgz'))).digest('base64')}`
  const asked = () => (existsSync(join(folder, 'asked')) ? readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n').length : 0)
  return { folder, integrity, asked }
}

describe('a runtime fetched by name', () => {
  const cache = mkdtempSync(join(tmpdir(), 'outpost-cache-'))
  let source: ReturnType<typeof registry>
  let fetchPinnedPackage: typeof fetchPinned

  beforeAll(async () => {
    source = registry()
    vi.stubEnv('OUTPOST_CACHE', cache)
    vi.stubEnv('PATH', `${join(source.folder, 'bin')}${delimiter}${process.env['PATH']}`)
    ;({ fetchPinnedPackage } = await import('./npm-package.mjs'))
  })
  afterAll(() => {
    vi.unstubAllEnvs()
    rmSync(cache, { recursive: true, force: true })
    rmSync(source.folder, { recursive: true, force: true })
  })

  const pin = (name: string, integrity: string) => ({ name, version: '1.0.0', integrity, what: 'a tool' })

  it('is refused and leaves nothing behind when it is not the file that was pinned', async () => {
    await expect(fetchPinnedPackage(pin('changed', `sha512-${'A'.repeat(86)}==`))).rejects.toThrow(/not the file that was pinned/)
    expect(readdirSync(cache)).toEqual([])
  })
  it('is unpacked once, and found in the cache afterwards', async () => {
    const before = source.asked()
    const folder = await fetchPinnedPackage(pin('tool', source.integrity))
    expect(readFileSync(join(folder, 'tool'), 'utf8')).toBe('the runtime')
    expect(await fetchPinnedPackage(pin('tool', source.integrity))).toBe(folder)
    expect(source.asked()).toBe(before + 1)
  })
  it('does not count as there when its preparation failed half way', async () => {
    const broken = async () => {
      throw new Error('disk full')
    }
    await expect(fetchPinnedPackage(pin('half', source.integrity), broken)).rejects.toThrow('disk full')
    expect(readdirSync(cache).filter((name) => name.includes('half') || name.startsWith('.'))).toEqual([])
  })
})

describe('the Electron to run with', () => {
  it('says so when the folder that was named holds none', async () => {
    vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', join(tmpdir(), 'no-electron-here'))
    const { resolveElectron } = await import('./electron.mjs')
    await expect(resolveElectron()).rejects.toThrow(/ELECTRON_OVERRIDE_DIST_PATH is set, but there is no/)
    vi.unstubAllEnvs()
  })
})

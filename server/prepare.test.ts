import { pbkdf2Sync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { prepare } from '.'

const deploy = join(__dirname, 'deploy')
const { load } = createRequire(__filename)('js-yaml') as { load(text: string): unknown }

interface Service {
  readonly image: string
  readonly volumes: readonly string[]
  readonly ports?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-prepare-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const read = (name: string) => readFileSync(join(folder, name), 'utf8')

describe.each([1, 3] as const)('a folder for %i nodes', (nodes) => {
  test('holds all that the compose file names; what is secret is this account’s alone', async () => {
    const { admin, made } = await prepare(deploy, folder, { host: 'centre.example.org', tls: 'internal', nodes })
    const { services } = load(read('compose.yaml')) as { services: Record<string, Service> }
    expect(Object.keys(services)).toHaveLength(nodes + 1)
    for (const [name, { image, volumes, ports = [] }] of Object.entries(services)) {
      expect(image, name).toMatch(/^[a-z]+:\d+\.\d+\.\d+$/)
      // What the containers make themselves is not there yet.
      for (const source of volumes.map((volume) => volume.split(':')[0] ?? '').filter((path) => !/^\.\/(data\d?|proxy)$/.test(path))) expect(statSync(join(folder, source)).isFile(), source).toBe(true)
      if (name !== 'proxy') for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
    }
    for (const name of ['.env', 'secrets/couchdb.ini']) expect(statSync(join(folder, name)).mode & 0o077, name).toBe(0)
    const [, hash = '', salt = '', iterations = ''] = /^admin = -pbkdf2:sha256-([0-9a-f]{64}),([0-9a-f]+),(\d+)$/m.exec(read('secrets/couchdb.ini')) ?? []
    expect(pbkdf2Sync(admin?.password ?? '', salt, Number(iterations), 32, 'sha256').toString('hex')).toBe(hash)
    for (const name of made) expect(read(name)).not.toContain(admin?.password)
    const listens = services['proxy']?.environment?.['OUTPOST_NODES']?.split(' ') ?? []
    expect(listens.map((each) => each.split(':')[0]).sort()).toEqual(Object.keys(services).filter((name) => name !== 'proxy').sort())
  })

  test('is left as it is by a second run, also what was changed by hand', async () => {
    await prepare(deploy, folder, { host: 'centre.example.org', tls: 'internal', nodes })
    writeFileSync(join(folder, 'Caddyfile'), '# ours\n')
    const before = ['compose.yaml', 'Caddyfile', 'secrets/couchdb.ini', '.env'].map(read)
    expect(await prepare(deploy, folder, { host: 'other.example.org', tls: 'x@example.org', nodes })).toEqual({ made: [] })
    expect(['compose.yaml', 'Caddyfile', 'secrets/couchdb.ini', '.env'].map(read)).toEqual(before)
  })
})

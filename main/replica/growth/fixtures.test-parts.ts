import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach } from 'vitest'
import type { RecordType } from '../../../shared/records/envelope'

/** What lies in the folder of the first release. */
export interface FirstRelease {
  readonly practice: { readonly id: string; readonly name: string; readonly training: boolean }
  readonly station: string
  /** The published one of every demo. */
  readonly passphrase: string
  /** Key of the replica, hexadecimal. */
  readonly replicaKey: string
  readonly counts: Readonly<Record<RecordType, number>>
  /** Over all records in the order of their types and ids, without `rev`. */
  readonly sha256: string
  readonly waitingOut: number
  /** A patient whose telephone number was changed. */
  readonly patient: string
  /** A pulse that was corrected from {@link pulseBefore} to 77. */
  readonly corrected: string
  readonly pulseBefore: number
  /** Patients that were written after the rest, before the kill. */
  readonly afterKill: readonly string[]
}

const place = join(__dirname, 'fixtures')
const unpacked = (name: string): unknown => JSON.parse(gunzipSync(readFileSync(join(place, name))).toString())

export const firstRelease = JSON.parse(readFileSync(join(place, 'version-0.expected.json'), 'utf8')) as FirstRelease

let made: string[] = []
afterEach(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
  made = []
})

/** The data folder of the first release in a folder of its own; `killed`: as a process left it that was killed. */
export const firstReleaseFolder = (how: 'closed' | 'killed' = 'closed'): string => {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-first-release-'))
  made.push(folder)
  const { files } = unpacked('version-0.json.gz') as { readonly files: Readonly<Record<string, string>> }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), Buffer.from(text, 'base64'))
  }
  if (how === 'killed') {
    const { page1, wal } = unpacked('version-0-killed.json.gz') as { readonly page1: string; readonly wal: string }
    const database = readFileSync(join(folder, 'replica.db'))
    Buffer.from(page1, 'base64').copy(database)
    writeFileSync(join(folder, 'replica.db'), database)
    writeFileSync(join(folder, 'replica.db-wal'), Buffer.from(wal, 'base64'))
  }
  return folder
}

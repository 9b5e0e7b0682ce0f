import { closeSync, copyFileSync, existsSync, fstatSync, openSync, readSync, rmSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from './random'

const database = 'replica.db'
const log = 'replica.db-wal'
const head = 'replica.head'
const ledger = 'replica.pages'
const pageSize = 4096

const change = (path: string, work: (handle: number, size: number) => void): void => {
  if (!existsSync(path)) return
  const handle = openSync(path, 'r+')
  try {
    const { size } = fstatSync(handle)
    if (size > 0) work(handle, size)
  } finally {
    closeSync(handle)
  }
}

const cut = (folder: string, name: string, random: Random): void => change(join(folder, name), (_, size) => truncateSync(join(folder, name), random(size)))

const cutEnd = (folder: string, name: string, random: Random): void =>
  change(join(folder, name), (_, size) => truncateSync(join(folder, name), Math.max(0, size - 1 - random(3 * pageSize))))

const flip = (folder: string, name: string, random: Random): void =>
  change(join(folder, name), (handle, size) => {
    const place = random(size)
    const byte = Buffer.alloc(1)
    readSync(handle, byte, 0, 1, place)
    writeSync(handle, Buffer.from([(byte[0] ?? 0) ^ (1 << random(8))]), 0, 1, place)
  })

/** A sector that the disk did not write: zeros in its place. */
const blank = (folder: string, name: string, random: Random, last = false): void =>
  change(join(folder, name), (handle, size) => {
    const length = random.pick([512, pageSize / 2, pageSize])
    const start = last ? Math.max(0, size - length) : Math.floor(random(size) / 512) * 512
    writeSync(handle, Buffer.alloc(Math.min(length, size - start)), 0, Math.min(length, size - start), start)
  })

const remove = (folder: string, name: string): void => rmSync(join(folder, name), { force: true })

const bringBack = (folder: string, older: string, name: string): void => {
  if (existsSync(join(older, name))) copyFileSync(join(older, name), join(folder, name))
  else remove(folder, name)
}

/** A way in which a power cut, a disk or a person leaves files; `older` is the folder as it was at an earlier time. */
export type Tear = (folder: string, older: string, random: Random) => void

/** By what happened, in words. */
export const tears: Readonly<Record<string, Tear>> = {
  'log cut anywhere': (folder, _, random) => cut(folder, log, random),
  'end of the log cut': (folder, _, random) => cutEnd(folder, log, random),
  'log missing': (folder) => remove(folder, log),
  'sector of the log blank': (folder, _, random) => blank(folder, log, random),
  'end of the log blank': (folder, _, random) => blank(folder, log, random, true),
  'bit of the log flipped': (folder, _, random) => flip(folder, log, random),
  'older log': (folder, older) => bringBack(folder, older, log),
  'database cut anywhere': (folder, _, random) => cut(folder, database, random),
  'end of the database cut': (folder, _, random) => cutEnd(folder, database, random),
  'last page torn': (folder, _, random) => blank(folder, database, random, true),
  'sector of the database blank': (folder, _, random) => blank(folder, database, random),
  'bit of the database flipped': (folder, _, random) => flip(folder, database, random),
  'older database': (folder, older) => bringBack(folder, older, database),
  'older database and log': (folder, older) => [database, log].forEach((name) => bringBack(folder, older, name)),
  'older database, log and ledger': (folder, older) => [database, log, ledger].forEach((name) => bringBack(folder, older, name)),
  'database missing': (folder) => remove(folder, database),
  'head mark missing': (folder) => remove(folder, head),
  'head mark cut': (folder, _, random) => cut(folder, head, random),
  'head mark blank': (folder, _, random) => blank(folder, head, random),
  'bit of the head mark flipped': (folder, _, random) => flip(folder, head, random),
  'older head mark': (folder, older) => bringBack(folder, older, head),
  'head mark missing and log cut': (folder, _, random) => {
    remove(folder, head)
    cut(folder, log, random)
  },
  'ledger missing': (folder) => remove(folder, ledger),
  'ledger cut': (folder, _, random) => cut(folder, ledger, random),
  'bit of the ledger flipped': (folder, _, random) => flip(folder, ledger, random),
  'older ledger': (folder, older) => bringBack(folder, older, ledger),
  'head mark and ledger missing, log cut': (folder, _, random) => {
    remove(folder, head)
    remove(folder, ledger)
    cut(folder, log, random)
  },
  'seal missing': (folder) => remove(folder, 'replica.seal'),
}

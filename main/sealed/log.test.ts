import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deriveKey, openSealedLog, SealedProblem } from './index'

const key = deriveKey(new Uint8Array(32).fill(7), 'outpost/journal')
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value)

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealed-log-'))
  path = join(folder, 'serial.log')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const written = async (...records: string[]): Promise<void> => {
  const log = await openSealedLog(path, key)
  for (const record of records) await log.append(bytes(record))
  await log.close()
}

const readAll = async (): Promise<string[]> => {
  const log = await openSealedLog(path, key)
  const records: string[] = []
  for await (const record of log.read()) records.push(text(record.bytes))
  await log.close()
  return records
}

describe('sealed log', () => {
  it('gives back what was appended, in order, after opening again, an empty record too', async () => {
    await written('ENQ', '', 'H|\\^&|||XN')
    await written('EOT')
    expect(await readAll()).toEqual(['ENQ', '', 'H|\\^&|||XN', 'EOT'])
  })

  it('answers the index of each record when many are appended at once', async () => {
    const log = await openSealedLog(path, key)
    const buffer = new Uint8Array(1)
    const indexes = Array.from({ length: 500 }, (_, place) => {
      buffer[0] = place % 256
      return log.append(buffer)
    })
    expect(await Promise.all(indexes)).toEqual(Array.from({ length: 500 }, (_, place) => place))
    for await (const record of log.read()) expect(record.bytes[0]).toBe(record.index % 256)
    const late: number[] = []
    for await (const record of log.read(498)) late.push(record.index)
    expect(late).toEqual([498, 499])
    await log.close()
  })

  it('holds nothing readable', async () => {
    await written('Mokoena, Thandiwe')
    expect((await readFile(path)).includes('Mokoena')).toBe(false)
  })

  it('survives a power cut at every byte of the last record and goes on from there', async () => {
    await written('first result')
    const before = (await readFile(path)).length
    await written('second result')
    const whole = await readFile(path)
    for (let length = before; length < whole.length; length += 1) {
      await writeFile(path, whole.subarray(0, length))
      const log = await openSealedLog(path, key)
      expect(log.length).toBe(1)
      expect(log.tornBytes).toBe(length - before)
      expect(await log.append(bytes('second again'))).toBe(1)
      await log.close()
      expect(await readAll()).toEqual(['first result', 'second again'])
    }
  })

  it('survives a power cut while the file itself was being made', async () => {
    await written()
    const whole = await readFile(path)
    for (let length = 0; length < whole.length; length += 1) {
      await writeFile(path, whole.subarray(0, length))
      expect(await readAll()).toEqual([])
    }
  })

  it('is begun anew where a power cut left only zeros of it, and never written over what is not ours', async () => {
    for (const length of [40, 41, 5000]) {
      await writeFile(path, Buffer.alloc(length))
      const log = await openSealedLog(path, key)
      expect([log.length, log.tornBytes]).toEqual([0, length])
      await log.append(bytes('first result'))
      await log.close()
      expect(await readAll()).toEqual(['first result'])
    }
    const foreign = Buffer.concat([Buffer.alloc(5000), Buffer.from('x')])
    await writeFile(path, foreign)
    await expect(openSealedLog(path, key)).rejects.toMatchObject({ kind: 'not-sealed' })
    expect((await readFile(path)).equals(foreign)).toBe(true)
  })

  it.each([['EIO', false], ['ENOSPC', true]] as const)('after a disk answered %s to a sync, takes the next record: %s', async (code, takes) => {
    const log = await openSealedLog(path, key)
    await log.append(bytes('first result'))
    const handles = Object.getPrototypeOf(await open(path, 'r').then(async (handle) => (await handle.close(), handle))) as { datasync(): Promise<void> }
    const real = handles.datasync
    handles.datasync = () => Promise.reject(Object.assign(new Error(code), { code }))
    try {
      await expect(log.append(bytes('lost'))).rejects.toMatchObject({ code })
    } finally {
      handles.datasync = real
    }
    const next = log.append(bytes('second result'))
    if (takes) await next
    else await expect(next).rejects.toMatchObject({ code })
    await log.close()
    expect(await readAll()).toEqual(takes ? ['first result', 'second result'] : ['first result'])
  })

  it('takes zeros that a file system left after a power cut for a torn record', async () => {
    await written('first result', 'second result')
    const whole = await readFile(path)
    await writeFile(path, Buffer.concat([whole, Buffer.alloc(4096)]))
    expect(await readAll()).toEqual(['first result', 'second result'])
    const zeroed = Buffer.concat([whole.subarray(0, whole.length - 20), Buffer.alloc(20)])
    await writeFile(path, zeroed)
    expect(await readAll()).toEqual(['first result'])
  })

  it('refuses a log in which any byte was changed', async () => {
    await written('first result', 'second result')
    const whole = await readFile(path)
    for (let place = 0; place < whole.length; place += 1) {
      const changed = Buffer.from(whole)
      changed[place] = changed[place]! ^ 0x10
      await writeFile(path, changed)
      await expect(readAll(), `byte ${place}`).rejects.toBeInstanceOf(SealedProblem)
    }
  })

  it('refuses a log from which a record was taken out, or in which two were swapped', async () => {
    await written('aaaa')
    const one = (await readFile(path)).length
    await written('bbbb', 'cccc')
    const whole = await readFile(path)
    const frame = (whole.length - one) / 2
    await writeFile(path, Buffer.concat([whole.subarray(0, one), whole.subarray(one + frame)]))
    await expect(readAll()).rejects.toMatchObject({ kind: 'tampered' })
    await writeFile(path, Buffer.concat([whole.subarray(0, one), whole.subarray(one + frame), whole.subarray(one, one + frame)]))
    await expect(readAll()).rejects.toMatchObject({ kind: 'tampered' })
  })

  it('refuses another key and a file that is no log', async () => {
    await written('first result')
    await expect(openSealedLog(path, deriveKey(key, 'other'))).rejects.toMatchObject({ kind: 'wrong-key' })
    await writeFile(path, 'x'.repeat(200))
    await expect(openSealedLog(path, key)).rejects.toMatchObject({ kind: 'not-sealed' })
  })
})

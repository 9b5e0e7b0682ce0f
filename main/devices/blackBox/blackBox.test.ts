import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openJournal } from '../journal'
import { simulatedLine, type Line } from '../transports'
import { answerTrace, conversationOf } from './answer'
import { openBlackBox, sealBlackBoxAnew } from './blackBox'
import type { Entry } from './entry'

let folder: string
const journalKey = new Uint8Array(32).fill(6)
const bytes = (text: string) => new TextEncoder().encode(text)
const textOf = (entries: readonly Entry[]) => entries.map((entry) => (entry.kind === 'bytes' ? new TextDecoder().decode(entry.bytes) : `[${entry.kind}]`)).join('')
const all = { from: 0, most: 1e9 }
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outpost-black-box-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))
const open = (key = journalKey) => openBlackBox({ folder, journalKey: key, now: Date.now, limits: { flushMs: 2 } })
const turn = () => new Promise((later) => setTimeout(later, 5))

describe('a line with a black box', () => {
  it('behaves as without one, and has all that passed, its opening and its end', async () => {
    const box = open()
    const { near, far, unplug } = simulatedLine()
    const heard: string[] = []
    const closed: string[] = []
    const line = await box.tapped('D1', { path: 'x', profile: 'sysmex-xn' }, near).open({ bytes: (given) => heard.push(new TextDecoder().decode(given)), closed: (why) => closed.push(why) })
    const device: Line = await far.open({ bytes: () => undefined, closed: () => undefined })
    const buffer = bytes('one')
    await device.write(buffer)
    await turn()
    await line.write(bytes('<two>'))
    unplug()
    expect([heard, closed, line.path]).toEqual([['one'], ['unplugged'], 'simulated'])
    expect(textOf((await box.recordingOf('D1').read(all)).entries)).toBe('[opened]one<two>[closed]')
    expect(textOf((await box.recordingOf('D2').read(all)).entries)).toBe('')
    await box.close()
  })

  it('marks where a result was made, and finds its conversation and nothing of the one before', async () => {
    const box = open()
    const kept = await openJournal(folder, journalKey)
    const journal = box.marking(kept)
    const say = (text: string) => box.note('D1', 'device', bytes(text))
    const result = async (text: string) => (await journal.keep({ device: 'D1', profile: 'p', at: new Date().toISOString(), raw: bytes(text), message: { text: bytes(text), complete: true } }))!.id
    say('first')
    await result('first')
    box.note('D1', 'host', bytes('<ACK 1>'))
    say('second ')
    box.note('D1', 'host', bytes('<ACK 2>'))
    say('result')
    const second = await result('second result')
    box.note('D1', 'host', bytes('<ACK 3>'))
    say('third')
    const found = await answerTrace({ box, journal }, { do: 'source', id: second })
    if (!found.ok || !found.value || !('conversation' in found.value)) throw new Error('no source')
    expect(textOf(found.value.conversation)).toBe('second <ACK 2>result<ACK 3>')
    expect(new TextDecoder().decode(found.value.raw)).toBe('second result')
    expect(await answerTrace({ box, journal }, { do: 'source', id: 'nothing' })).toMatchObject({ problem: { kind: 'not-found' } })
    expect(conversationOf([], second)).toEqual([])
    await box.close()
    await kept.close()
  })

  it('goes with the practice to another key; what does not read back is not left under the old one', async () => {
    const next = new Uint8Array(32).fill(7)
    const box = open()
    box.note('D1', 'device', bytes('before the change'))
    box.note('D2', 'device', bytes('damaged'))
    await box.close()
    const lines = join(folder, 'lines')
    const paths = (await Promise.all((await readdir(lines)).map(async (name) => (await readdir(join(lines, name))).map((file) => join(lines, name, file))))).flat()
    expect(paths).toHaveLength(2)
    for (let times = 0; times < 2; times++) await sealBlackBoxAnew(folder, { key: next, earlier: journalKey })
    const after = open(next)
    expect(textOf((await after.recordingOf('D1').read(all)).entries)).toBe('before the change')
    await after.close()
    for (const path of paths) {
      const sealed = await readFile(path)
      sealed[60] = sealed[60]! ^ 1
      await writeFile(path, sealed)
    }
    await sealBlackBoxAnew(folder, { key: journalKey, earlier: next })
    expect((await Promise.all((await readdir(lines)).map((name) => readdir(join(lines, name))))).flat()).toEqual([])
    await expect(sealBlackBoxAnew(join(folder, 'nowhere'), { key: next, earlier: journalKey })).resolves.toBeUndefined()
  })
})

import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runDeviceHost } from '..'
import { isNobodysDropFolder } from '../transports'
import { openBench, until, type Bench } from './testing/bench'

const row = (accession: string, value = '5.6') => `${accession},GLU,${value},mmol/L\r\n`
const file = (...rows: string[]) => `Sample,Test,Result,Unit\r\n${rows.join('')}`

describe('an analyser that drops files into a folder', () => {
  let bench: Bench
  let folder: string
  let host: ReturnType<typeof runDeviceHost>
  const pace = { everyMs: 10, settledMs: 40, unendedMs: 160 }
  const startHost = () => {
    host = runDeviceHost({ folderPace: pace })
    bench.desk.attach(host.link)
  }
  const pair = (profile = 'csv-generic') => bench.desk.pair({ name: 'Chemistry', profile, path: `folder:${folder}`, place: 'Lab' }, bench.by)
  const waiting = () => bench.desk.tray('waiting')
  const names = async (inside = '') => (await readdir(join(folder, inside)).catch(() => [])).sort()
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outpost-dropped-'))
    bench = await openBench()
    startHost()
  })
  afterEach(async () => {
    await host.close()
    await bench.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('drops a day of results: they come in, and the file is out of the way', async () => {
    await pair()
    await until(() => bench.desk.listDevices()[0]?.state === 'open')
    await writeFile(join(folder, 'day.csv'), file(row('A26000001'), row('A26000002')))
    await until(async () => (await waiting()).length === 2)
    expect((await waiting()).map(({ accession }) => accession).sort()).toEqual(['A26000001', 'A26000002'])
    await until(async () => (await names('done'))[0] === 'day.csv')
    const [device] = bench.desk.listDevices()
    expect(device).toMatchObject({ path: folder, state: 'open' })
    // Its bytes are behind every result, as those of a line are.
    expect(await bench.desk.trace({ do: 'reach', lines: [device!.id] })).toMatchObject({ ok: true, value: [{ line: device!.id }] })
  })

  it('writes slowly: half a file waits, whatever its name; the end of a line alone does not make it whole', async () => {
    await pair()
    const path = join(folder, 'slow.csv')
    await writeFile(path, file(row('A26000001')))
    for (let line = 2; line <= 8; line++) {
      await new Promise((later) => setTimeout(later, 20))
      await writeFile(path, row(`A2600000${line}`).slice(0, line === 8 ? -12 : undefined), { flag: 'a' })
    }
    await new Promise((later) => setTimeout(later, 90))
    // Cut in the middle of a row: it stays for longer than a whole one would.
    expect(await names()).toEqual(['slow.csv'])
    await writeFile(path, row('A26000008').slice(-12), { flag: 'a' })
    await until(async () => (await names('done')).length === 1)
    await until(async () => (await waiting()).length === 8)
  })

  it('uses the same name every day, and names for what is not finished yet', async () => {
    await pair()
    for (const name of ['x.csv.tmp', '.hidden.csv', '~$x.csv', 'empty.csv']) await writeFile(join(folder, name), name === 'empty.csv' ? '' : file(row('A26000077')))
    for (const day of ['1', '2']) {
      await writeFile(join(folder, 'results.csv'), file(row(`A2600000${day}`)))
      await until(async () => (await names('done')).length === Number(day))
    }
    expect(await names('done')).toEqual(['results (2).csv', 'results.csv'])
    expect((await waiting()).some(({ accession }) => accession === 'A26000077')).toBe(false)
    // Written under another name and then given its own, as careful programs do.
    await rename(join(folder, 'x.csv.tmp'), join(folder, 'x.csv'))
    await until(async () => (await waiting()).some(({ accession }) => accession === 'A26000077'))
  })

  it.each(['hemoscreen', 'astm-generic'])('drops noise, a picture and a file without an end (%s): each lies among the faulty, and a person is shown what nobody could read', async (profile) => {
    await pair(profile)
    await writeFile(join(folder, 'noise.hl7'), 'nothing that anybody reads\r')
    await writeFile(join(folder, 'picture.png'), Uint8Array.from({ length: 4_000 }, (_, at) => (at * 7919) % 256))
    await until(async () => (await names('faulty')).length === 2)
    await until(async () => (await waiting()).length === 2)
    await writeFile(join(folder, 'endless.hl7'), '')
    await truncate(join(folder, 'endless.hl7'), 64 * 1024 * 1024)
    await until(async () => (await names('faulty')).length === 3)
    expect((await waiting()).map(({ reason }) => reason)).toEqual(['unreadable', 'unreadable'])
    expect(bench.desk.listDevices()[0]).toMatchObject({ problem: 'endless-message' })
  })

  it('drops a table that is longer than its kind ever is: it lies among the faulty unread, and that is said', async () => {
    await pair()
    await writeFile(join(folder, 'year.csv'), file(...Array.from({ length: 25_000 }, (_, at) => row(`A${at}`))))
    await until(async () => (await names('faulty')).length === 1)
    expect(bench.desk.listDevices()[0]).toMatchObject({ problem: 'endless-message' })
    expect(await waiting()).toEqual([])
  })

  it('writes two bytes a letter, as Windows programs do', async () => {
    await pair()
    await writeFile(join(folder, 'wide.csv'), `\ufeff${file(row('A26000005'))}`, 'utf16le')
    await until(async () => (await waiting()).length === 1)
    expect((await waiting())[0]).toMatchObject({ accession: 'A26000005', results: [{ code: 'GLU', value: 5.6 }] })
  })

  it('is a folder that nobody can have meant: nothing in it is touched, and that is said', async () => {
    const kept = join('/srv', 'outpost')
    for (const wrong of ['/', '/home', '/home/lena', '/home/lena/Documents', '/srv', '/srv/outpost', '/srv/outpost/archive']) expect(isNobodysDropFolder(wrong, kept, '/home/lena'), wrong).toBe(true)
    for (const right of ['/srv/lab', '/home/lena/lab', '/srv/outpost-lab', '/home/lena/Documents/Analyser']) expect(isNobodysDropFolder(right, kept, '/home/lena'), right).toBe(false)
    await writeFile(join(bench.folder, 'ours.csv'), file(row('A26000001')))
    await bench.desk.pair({ name: 'Chemistry', profile: 'csv-generic', path: `folder:${bench.folder}`, place: 'Lab' }, bench.by)
    await until(() => bench.desk.listDevices()[0]?.problem === 'port-denied')
    await new Promise((later) => setTimeout(later, 100))
    expect(await readdir(bench.folder)).toContain('ours.csv')
  })

  it('is read through no link, and a folder of files is left alone', async () => {
    const secret = join(bench.folder, 'secret.csv')
    await writeFile(secret, file(row('A26000009')))
    await symlink(secret, join(folder, 'link.csv'))
    await mkdir(join(folder, 'archive'))
    await writeFile(join(folder, 'archive', 'old.csv'), file(row('A26000009')))
    await pair()
    await writeFile(join(folder, 'new.csv'), file(row('A26000001')))
    await until(async () => (await waiting()).length === 1)
    await until(async () => (await names()).join() === 'archive,done,link.csv')
    expect(await readFile(secret, 'utf8')).toContain('A26000009')
  })

  it('is on a share that goes away and comes back: what it dropped meanwhile comes in', async () => {
    await pair()
    await until(() => bench.desk.listDevices()[0]?.state === 'open')
    await rename(folder, `${folder}-away`)
    await until(() => bench.desk.listDevices()[0]?.problem === 'port-missing')
    await writeFile(join(`${folder}-away`, 'later.csv'), file(row('A26000003')))
    await rename(`${folder}-away`, folder)
    await until(async () => (await waiting()).length === 1)
    expect(bench.desk.listDevices()[0]).toMatchObject({ state: 'open' })
  })

  it('cannot put a file out of the way: its results come in once, somebody is told, and it is moved when it can be', async () => {
    // A file that has the name of the folder.
    await writeFile(join(folder, 'done'), '')
    await writeFile(join(folder, 'fixed.csv'), file(row('A26000004')))
    await pair()
    await until(() => bench.desk.listDevices()[0]?.problem === 'port-failed')
    await new Promise((later) => setTimeout(later, 150))
    expect(await waiting()).toHaveLength(1)
    await rm(join(folder, 'done'))
    await until(async () => (await names('done')).length === 1)
    await until(() => bench.desk.listDevices()[0]?.state === 'open')
  })

  it('holds no result up because of one file that cannot be put out of the way', async () => {
    // No name is left for it among those that are done: each would be too long.
    const longest = `${'a'.repeat(251)}.csv`
    await mkdir(join(folder, 'done'))
    await writeFile(join(folder, 'done', longest), '')
    await writeFile(join(folder, longest), file(row('A26000004')))
    await pair()
    await until(() => bench.desk.listDevices()[0]?.problem === 'port-failed')
    await writeFile(join(folder, 'later.csv'), file(row('A26000005')))
    await until(async () => (await names('done')).includes('later.csv'))
    expect(await waiting()).toHaveLength(2)
    expect(bench.desk.listDevices()[0]).toMatchObject({ problem: 'port-failed' })
  })

  it('is taken again after a crash between disk and done: the same results are stored once', async () => {
    await pair()
    await writeFile(join(folder, 'day.csv'), file(row('A26000001'), row('A26000002')))
    await until(async () => (await names('done')).length === 1)
    await until(async () => (await waiting()).length === 2)
    await host.close()
    await rename(join(folder, 'done', 'day.csv'), join(folder, 'day.csv'))
    startHost()
    await until(async () => (await names('done')).length === 1)
    await new Promise((later) => setTimeout(later, 100))
    expect(await waiting()).toHaveLength(2)
  })
})

import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryLinks, profileOf, putOwnProfiles, runDeviceHost, simulatedLine, virtualDevice, type ToDesk, type ToStation } from '..'
import { openBench, until, type Bench } from './testing/bench'

describe('the folder of the practice’s own profiles', () => {
  let bench: Bench
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outpost-profiles-'))
  })
  afterEach(async () => {
    await bench.close()
    await rm(folder, { recursive: true, force: true })
    putOwnProfiles([])
  })
  const own = async (id: string) => {
    const data = JSON.parse(await readFile(join(__dirname, '../profiles/astm-generic/profile.json'), 'utf8')) as object
    return JSON.stringify({ ...data, id, model: 'Our old counter' })
  }
  const ids = async () => (await bench.desk.listProfiles()).map(({ id }) => id)

  it('makes a device that nobody knew pairable while the program runs, and tells the device host', async () => {
    bench = await openBench({ profileFolder: join(folder, 'profiles') })
    const [near, far] = memoryLinks<ToStation, ToDesk>()
    const told: ToStation[] = []
    far.onMessage((message) => void told.push(message as unknown as ToStation))
    bench.desk.attach(near as never)
    expect(await ids()).not.toContain('our-counter')

    await mkdir(join(folder, 'profiles/counter'), { recursive: true })
    await writeFile(join(folder, 'profiles/counter/profile.json'), await own('our-counter'))
    expect(await ids()).toContain('our-counter')
    expect(await bench.desk.pair({ name: 'Old counter', profile: 'our-counter', path: '/dev/ttyUSB9', place: 'Lab' }, bench.by)).toMatchObject({ ok: true })
    await until(() => told.length === 3)
    expect(told.map(({ kind }) => kind)).toEqual(['open', 'profiles', 'pair'])
  })

  it('carries an analyser that prints from its cable to the chart, with nothing but a file', async () => {
    bench = await openBench({ profileFolder: folder })
    const line = simulatedLine()
    const host = runDeviceHost({ transportOf: () => line.near })
    bench.desk.attach(host.link)
    const patient = await bench.order('A26000123')
    const profile = await readFile(join(__dirname, '../profiles/spotchem-el/profile.json'), 'utf8')
    await writeFile(join(folder, 'electrolytes.json'), profile.replace('"spotchem-el"', '"our-electrolytes"'))
    expect(await ids()).toContain('our-electrolytes')
    expect(await bench.desk.pair({ name: 'Electrolytes', profile: 'our-electrolytes', path: 'simulated', place: 'Lab' }, bench.by)).toMatchObject({ ok: true })
    await until(() => bench.desk.listDevices()[0]?.state === 'open')
    const printer = await virtualDevice(line.far, profileOf('our-electrolytes')!)
    await printer.send('A26000123')
    await printer.send('A26000999')
    const report = await until(async () => (await bench.replica.records.find('DiagnosticReport', { where: { subject: patient }, limit: 5 }))[0])
    expect(report.resource.result).toHaveLength(3)
    await until(async () => (await bench.desk.tray('waiting')).length === 1)
    expect(await bench.desk.tray('waiting')).toMatchObject([{ reason: 'accession-unknown', accession: 'A26000999' }])
    await printer.close()
    await host.close()
  })

  it('names the file that is disabled and why, and takes it once it is mended', async () => {
    await writeFile(join(folder, 'counter.json'), (await own('our-counter')).replace('"analyser"', '"analyzer"'))
    bench = await openBench({ profileFolder: folder })
    expect(await bench.desk.profileFolder()).toMatchObject({ folder, faults: [{ file: 'counter.json', kind: 'wrong-shape', at: 'category' }] })
    expect(await ids()).toContain('sysmex-xn')

    await writeFile(join(folder, 'counter.json'), await own('our-counter'))
    expect(await bench.desk.profileFolder()).toMatchObject({ faults: [] })
    expect(await ids()).toContain('our-counter')
  })

  it('tries the recordings beside a profile: one that gives something else than it is to give disables it', async () => {
    const from = join(__dirname, '../profiles/spotchem-el')
    const to = join(folder, 'our-electrolytes')
    await cp(from, to, { recursive: true })
    const profile = await readFile(join(to, 'profile.json'), 'utf8')
    await writeFile(join(to, 'profile.json'), profile.replace('"spotchem-el"', '"our-electrolytes"').replace('"unit": "mmol/L" },\n    "K"', '"unit": "mmol/dL" },\n    "K"'))
    bench = await openBench({ profileFolder: folder })
    expect(await bench.desk.profileFolder()).toMatchObject({ faults: [{ file: 'our-electrolytes/profile.json', kind: 'own-test-failed', reason: 'no-number.txt: “Na *** mmol/dL”, expected “Na *** mmol/L”' }] })
    expect(await ids()).not.toContain('our-electrolytes')

    await writeFile(join(to, 'profile.json'), profile.replace('"spotchem-el"', '"our-electrolytes"'))
    expect(await ids()).toContain('our-electrolytes')
  })
})

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoUsers } from '../main/demo'
import { runDeviceHost } from '../main/devices'
import expectations from '../main/devices/testing/fixtures.json'
import { openPracticeHost } from '../main/host/practiceHost'
import { writePhantom } from '../main/imaging'
import { hashQuickly } from '../shared/testing/quickScrypt'
import { readCall, UsageProblem, type Command } from './command'
import { digest } from './digest'
import { importDicom } from './import-dicom'
import { openContext } from './open'
import { patients } from './patients'
import { profiles } from './profiles'
import { fetchOlder, purge } from './purge'
import { replay } from './replay'
import { rotateKey } from './rotate-key'
import { sync } from './sync'

hashQuickly()

const capture = join(__dirname, '../main/devices/profiles/sysmex-xn/captures/blood-count.astm')
let folder: string
let data: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-cli-'))
  data = join(folder, 'demo')
  const devices = runDeviceHost()
  const host = openPracticeHost({
    folder: data,
    keystore: null,
    need: (process) => process === 'device' && setImmediate(() => host.link('device', devices.link)),
    noNeed: () => undefined,
    log: () => undefined,
  })
  await host.start({ demo: true })
  if (host.state().state !== 'open') throw new Error(`the demo practice is ${host.state().state}`)
  await host.stop()
  await devices.close()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = async (command: Command, ...words: string[]) => {
  const opened = await openContext(data, () => undefined)
  if (!opened.ok) throw new Error(opened.problem.kind)
  try {
    return await command.run(readCall(words), opened.value.context)
  } finally {
    await opened.value.close()
  }
}

describe('The command line on a data folder without a window', () => {
  it('lists the patients of the practice, and finds one by a name', async () => {
    const all = await run(patients)
    expect(all).toMatchObject({ ok: true, json: { total: 300 } })
    const found = await run(patients, '--find', 'okafor')
    expect((found.json as { patients: { family: string }[] }).patients[0]?.family).toBe('Okafor-Lindqvist')
  })

  it('replays what a printer wrote, and reads a recording of a monitor without filing anything', async () => {
    const captures = join(__dirname, '../main/devices/profiles')
    expect(await run(replay, join(captures, 'spotchem-el/captures/plasma.txt'), '--profile', 'spotchem-el')).toMatchObject({ ok: true, json: { messages: 1, samples: [{ accession: 'A26000123', results: 3 }] } })
    expect(await run(replay, join(captures, 'intellivue-mib/captures/association.bin'), '--profile', 'intellivue-mib')).toMatchObject({
      ok: true,
      json: { messages: 0, refusedFrames: 0, vitals: { samples: 2, usable: 2, medians: { pulse: 72, spo2: 97 } } },
    })
  })

  const corpus = join(__dirname, '../../shared/fixtures/devices')
  it.skipIf(!existsSync(corpus))('replays every recorded file: as many messages as were recorded, and every tube either stored or named unreadable', async () => {
    const opened = await openContext(data, () => undefined)
    if (!opened.ok) throw new Error(opened.problem.kind)
    const recorded = expectations as Readonly<Record<string, { readonly messages: readonly { readonly samples: readonly { readonly accession: string }[] }[] }>>
    const vitals = { 'contec_cms50e_live_9byte_frames.hex.txt': 'contec-cms50', 'philips_intellivue_mib_rs232_part1.bin': 'intellivue-mib', 'mindray_egateway_oru_r01_template.hl7': 'mindray-egateway' }
    const others = { 'senaite_arkray_spotchem_el_raw.txt': 'spotchem-el', 'openelis_cobas_c111_export.csv': 'cobas-c111-export' }
    const files = [
      ...Object.keys(recorded).map((name) => [name, name.startsWith('astm/') ? 'astm-generic' : 'hl7-generic'] as const),
      ...Object.entries(others).map(([name, id]) => [`other/${name}`, id] as const),
      ...Object.entries(vitals).map(([name, id]) => [`vitals/${name}`, id] as const),
    ]
    try {
      for (const [name, id] of files) {
        const outcome = await replay.run(readCall([join(corpus, name), '--profile', id]), opened.value.context)
        const { messages, samples, vitals: numbers } = outcome.json as { messages: number; samples: { accession: string; state: string; reason?: string }[]; vitals?: { usable: number; measurements: unknown[] } }
        if (Object.values(vitals).includes(id)) expect([name, (numbers?.usable ?? 0) + (numbers?.measurements.length ?? 0) > 0]).toEqual([name, true])
        else if (recorded[name]) {
          expect([name, messages]).toEqual([name, recorded[name].messages.length])
          const tubes = recorded[name].messages.flatMap((message) => message.samples.map(({ accession }) => accession.replace(/ \((?:control|not trustworthy)\)/g, '')))
          expect([name, samples.map(({ accession }) => accession).filter((accession) => accession !== '')]).toEqual([name, tubes.filter((accession) => accession !== '')])
          expect([name, samples.filter(({ accession, state, reason }) => accession === '' && state === 'waiting' && reason === undefined)]).toEqual([name, []])
        } else expect([name, outcome.ok, samples.length > 0]).toEqual([name, true, true])
      }
    } finally {
      await opened.value.close()
    }
  })

  it('lists profiles, and says which file of the own folder is disabled and why', async () => {
    mkdirSync(join(data, 'profiles'), { recursive: true })
    writeFileSync(join(data, 'profiles/counter.json'), '{ "id": "counter" }')
    const listed = await run(profiles)
    expect(listed).toMatchObject({ ok: true, json: { folder: join(data, 'profiles'), faults: [{ file: 'counter.json', kind: 'wrong-shape' }] } })
    expect(listed.lines.some((line) => line.startsWith('disabled: counter.json: wrong-shape'))).toBe(true)
    expect((listed.json as { profiles: { id: string }[] }).profiles.length).toBeGreaterThan(30)
    rmSync(join(data, 'profiles'), { recursive: true })
  })

  it('replays a capture into the tray, once however often it is replayed', async () => {
    const first = await run(replay, capture, '--profile', 'sysmex-xn')
    expect(first).toMatchObject({ ok: true, json: { messages: 1, refusedFrames: 0, samples: [{ state: 'waiting' }] } })
    const again = await run(replay, capture, '--profile', 'sysmex-xn')
    const item = (outcome: typeof first) => (outcome.json as { samples: { item: string }[] }).samples[0]?.item
    expect(item(again)).toBe(item(first))
  })

  it('imports a folder of images with a reason for each file it leaves out', async () => {
    const disc = join(folder, 'disc')
    await writePhantom(disc, { patient: { number: 'T-000299', family: 'Nobody', given: 'Here' }, slices: 3, size: 32, label: 'command line' })
    writeFileSync(join(disc, 'readme.txt'), 'not an image')
    const done = await run(importDicom, disc, '--patient', 'T-000299')
    expect(done).toMatchObject({ ok: true, json: { state: 'done', imported: 3, studies: [{ place: 'chart', instances: 3 }], leftOut: [{ reason: 'not-dicom' }] } })
    expect(await run(importDicom, join(folder, 'nowhere'))).toMatchObject({ ok: false })
  })

  it('syncs the demo practice with its own hub', async () => {
    expect(await run(sync)).toMatchObject({ ok: true, json: { refused: 0, reviewItems: 0 } })
  })

  it('tells what it has of each day, and of one day record by record', async () => {
    const first = await run(digest)
    expect(first.ok).toBe(true)
    const { days, count, digest: all } = first.json as { days: { day: string; count: number }[]; count: number; digest: string }
    expect(all).toMatch(/^[0-9a-f]{32}$/)
    expect(days.reduce((sum, day) => sum + day.count, 0)).toBe(count)
    const [{ day, count: onDay } = { day: '', count: -1 }] = days
    // Signing in has written a line of the audit trail meanwhile.
    expect(((await run(digest, '--day', day)).json as { records: unknown[] }).records.length).toBeGreaterThanOrEqual(onDay)
    await expect(run(digest, '--from', 'yesterday')).rejects.toThrow(UsageProblem)
  })

  it('changes the data key of records, journal, images and hub, and everything goes on', async () => {
    const before = JSON.parse(readFileSync(join(data, 'practice.json'), 'utf8')) as { key: { recovery: { box: unknown } } }
    expect(await run(rotateKey)).toMatchObject({ ok: true, json: { keyChanges: 1, damagedImages: 0 } })
    const after = JSON.parse(readFileSync(join(data, 'practice.json'), 'utf8')) as typeof before
    expect(after).toMatchObject({ generation: 2 })
    expect(after).not.toHaveProperty('earlier')
    expect(after.key.recovery.box).not.toEqual(before.key.recovery.box)
    expect(await run(patients)).toMatchObject({ ok: true, json: { total: 300 } })
    expect(await run(sync)).toMatchObject({ ok: true, json: { refused: 0 } })
    expect(await run(replay, capture, '--profile', 'sysmex-xn')).toMatchObject({ ok: true, json: { messages: 1 } })
  })

  it('purges what the server keeps, counts it first, and fetches it back', async () => {
    const opened = await openContext(data, () => undefined)
    if (!opened.ok) throw new Error(opened.problem.kind)
    const call = (command: Command, ...words: string[]) => command.run(readCall(words), opened.value.context)
    try {
      await call(sync)
      const counted = (await call(purge, '--years', '1', '--dry-run')).json as { records: number }
      expect(counted.records).toBeGreaterThan(0)
      const { records } = counted
      expect(await call(purge, '--years', '1')).toMatchObject({ ok: true, json: { records, left: 0, purged: { records } } })
      expect((await call(purge, '--years', '1', '--dry-run')).json).toMatchObject({ records: 0 })
      expect(await call(fetchOlder)).toMatchObject({ ok: true, json: { records, left: 0, purged: { records: 0 } } })
      expect((await call(purge, '--years', '1', '--dry-run')).json).toMatchObject({ records })
      await expect(call(purge, '--years', '0')).rejects.toThrow(UsageProblem)
    } finally {
      await opened.value.close()
    }
  })

  it('asks who is there and what they may do, as a window would', async () => {
    process.env['OUTPOST_USER'] = demoUsers.nurse.user
    process.env['OUTPOST_PASSWORD'] = 'not the password'
    try {
      expect(await openContext(data, () => undefined)).toMatchObject({ ok: false, problem: { kind: 'wrong-credentials' } })
      process.env['OUTPOST_PASSWORD'] = demoUsers.nurse.password
      expect(await run(replay, capture, '--profile', 'sysmex-xn')).toMatchObject({ ok: false, lines: ['not-allowed'] })
    } finally {
      delete process.env['OUTPOST_USER']
      delete process.env['OUTPOST_PASSWORD']
    }
  })

  it('says in one line what is wrong with a call or a folder', async () => {
    expect(() => readCall(['--data'])).toThrow(UsageProblem)
    await expect(run(replay, capture)).rejects.toThrow(UsageProblem)
    await expect(run(importDicom)).rejects.toThrow(UsageProblem)
    expect(await run(replay, join(folder, 'no such file'), '--profile', 'sysmex-xn')).toMatchObject({ ok: false })
    expect(await openContext(join(folder, 'empty'), () => undefined)).toMatchObject({ ok: false, problem: { kind: 'no-practice' } })
  })
})

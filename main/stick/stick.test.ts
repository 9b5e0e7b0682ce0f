import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Patient } from 'fhir/r4'
import { afterEach, describe, expect, test } from 'vitest'
import type { PracticeName } from '../../shared/contract'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { openExchangeKeys, type ExchangeKeys } from '../access'
import { openReplica, type Replica } from '../replica'
import type { FileKeeper, KeptFile } from '../blobs'
import { openStickDesk, type StickDesk } from '.'
import { problemOfStick } from './problem'

hashQuickly()

const clinic: PracticeName = { id: '01ST1CKTESTPRACT1CE0000000', name: 'Hill Clinic', training: false }
let cleanUp: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const each of cleanUp.reverse()) await each()
  cleanUp = []
})
const folder = (name = 'outpost-stick-') => {
  const made = mkdtempSync(join(tmpdir(), name))
  cleanUp.push(() => rmSync(made, { recursive: true, force: true }))
  return made
}

interface Site {
  readonly replica: Replica
  readonly desk: StickDesk
  readonly keys: ExchangeKeys
  readonly images: Map<string, KeptFile & { readonly contents: Uint8Array }>
  /** Names of the images that the index knows. */
  readonly entered: Set<string>
  /** Of these the archive gives back the beginning only. */
  readonly broken: Set<string>
}

const openSite = async (station: string, practice = clinic): Promise<Site> => {
  const replica = await openReplica({ folder: folder('outpost-site-'), key: new Uint8Array(32).fill(station.charCodeAt(0)), practice: practice.id, station })
  const images: Site['images'] = new Map()
  const [entered, broken] = [new Set<string>(), new Set<string>()]
  const problem = (kind: string) => Object.assign(new Error(kind), { kind })
  const keeper: FileKeeper = {
    filesOf: async () => [...images.values()].map(({ contents: _contents, ...file }) => file),
    has: async (name) => images.has(name),
    async *read(name) {
      const contents = images.get(name)?.contents ?? new Uint8Array()
      yield broken.has(name) ? contents.subarray(0, 100) : contents
      if (broken.has(name)) throw problem('damaged')
    },
    keep: async (_set, file, contents) => {
      const pieces: Uint8Array[] = []
      for await (const piece of images.has(file.sha256) ? [] : contents) pieces.push(Uint8Array.from(piece))
      const whole = images.get(file.sha256)?.contents ?? Buffer.concat(pieces)
      if (digest(whole) !== file.sha256) throw problem('changed')
      images.set(file.sha256, { ...file, contents: whole })
      entered.add(file.sha256)
    },
  }
  const keys = openExchangeKeys(replica)
  const desk = openStickDesk({ replica, practice, keys, images: { ...keeper, setOf: () => 'the study' }, passOver: () => false, changed: () => undefined })
  cleanUp.push(async () => {
    await desk.close()
    await replica.close()
  })
  return { replica, desk, keys, images, entered, broken }
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
/** An image of a study of that site; answers its name. */
const addImage = ({ images }: Site, contents: Uint8Array) => {
  const sha256 = digest(contents)
  images.set(sha256, { sha256, size: contents.length, about: { sop: '1.2' }, contents })
  return sha256
}
const addStudy = ({ replica }: Site) => replica.records.add('ImagingStudy', { resourceType: 'ImagingStudy', status: 'available', subject: { identifier: { value: 'x' } } }, 'doctor')
const person = (family: string, number: string): Patient => ({
  resourceType: 'Patient', active: true, gender: 'female', birthDate: '1980-01-01',
  identifier: [{ system: 'urn:outpost:patient-number', value: number }],
  name: [{ use: 'official', family, given: ['Amina'] }],
  telecom: [{ system: 'phone', value: '0800' }],
})
const addPeople = ({ replica }: Site, count: number) => replica.records.addAll(Array.from({ length: count }, (_, n) => ({ type: 'Patient' as const, resource: person(`Family ${n}`, `A-${n}`) })), 'reception')
const people = async ({ replica }: Site) =>
  (await replica.records.find('Patient', { limit: 10_000 })).map(({ id, resource, at, prior }) => ({ id, at, prior: prior.length, family: resource.name?.[0]?.family, birthDate: resource.birthDate, phone: resource.telecom?.[0]?.value })).sort((a, b) => (a.id < b.id ? -1 : 1))
const write = async ({ desk }: Site, stick: string, ask: { all?: boolean; images?: boolean } = {}) => {
  const begun = await desk.write({ folder: stick, all: false, images: false, ...ask })
  if (!begun.ok) return begun.problem
  return desk.settled()
}
const read = async ({ desk }: Site, stick: string, code?: string) => {
  const begun = await desk.read({ folder: stick, ...(code !== undefined && { code }) })
  if (!begun.ok) return begun.problem
  return desk.settled()
}
const twoSites = async () => {
  const [a, b] = [await openSite('A'), await openSite('B')]
  return { a, b, stick: folder(), code: await a.desk.code() }
}

describe('two sites without a line', () => {
  test('what was written at A since the last stick is at B once, however often the stick is read', async () => {
    const { a, b, stick, code } = await twoSites()
    await addPeople(a, 450)
    expect(await write(a, stick)).toMatchObject({ outcome: 'done', records: 451 })
    expect(await read(b, stick, code)).toMatchObject({ outcome: 'done', added: 451, changed: 0, clashes: 0, missing: [] })
    expect(await people(b)).toEqual(await people(a))
    expect(await read(b, stick)).toMatchObject({ outcome: 'done', records: 0, alreadyRead: 1 })

    // Only what is new goes on the next stick; the code is known by now.
    const [first] = await people(a)
    await a.replica.records.revise('Patient', first?.id ?? '', (patient) => ({ ...patient, birthDate: '1981-02-03' }), 'reception')
    await a.replica.records.add('Patient', person('Newcomer', 'A-1000'), 'reception')
    expect(await write(a, stick)).toMatchObject({ outcome: 'done', records: 2 })
    expect(await read(b, stick)).toMatchObject({ outcome: 'done', records: 2, added: 1, changed: 1, alreadyRead: 1, missing: [] })
    expect(await people(b)).toEqual(await people(a))
  })

  test('a stick that is read again as if it were new changes nothing', async () => {
    const { a, b, stick, code } = await twoSites()
    await addPeople(a, 20)
    await write(a, stick)
    await read(b, stick, code)
    const before = await people(b)
    // B goes on, and then somebody reads the first stick once more from a copy.
    await b.replica.records.revise('Patient', before[3]?.id ?? '', (patient) => ({ ...patient, telecom: [{ system: 'phone', value: '0801' }] }), 'nurse')
    const after = await people(b)
    const copy = folder()
    for (const name of readdirSync(stick)) writeFileSync(join(copy, name), readFileSync(join(stick, name)))
    expect(await read(b, copy)).toMatchObject({ outcome: 'done', records: 21, added: 0, changed: 0, clashes: 0 })
    expect(await people(b)).toEqual(after)
  })

  test('changes of different fields stand on both sides; of one field, both are kept and a review item asks', async () => {
    const { a, b, stick, code } = await twoSites()
    const { id } = await a.replica.records.add('Patient', person('Okafor', 'A-1'), 'reception')
    const other = await a.replica.records.add('Patient', person('Eze', 'A-2'), 'reception')
    await write(a, stick)
    await read(b, stick, code)
    await a.replica.records.revise('Patient', id, (patient) => ({ ...patient, birthDate: '1979-05-06' }), 'ada')
    await b.replica.records.revise('Patient', id, (patient) => ({ ...patient, telecom: [{ system: 'phone', value: '0900' }] }), 'bola')
    await a.replica.records.revise('Patient', other.id, (patient) => ({ ...patient, birthDate: '1990-01-01' }), 'ada')
    await b.replica.records.revise('Patient', other.id, (patient) => ({ ...patient, birthDate: '1991-01-01' }), 'bola')
    await write(a, stick)
    await write(b, stick)
    expect(await read(b, stick)).toMatchObject({ changed: 2, clashes: 1 })
    expect(await read(a, stick)).toMatchObject({ changed: 2 })
    expect(await people(a)).toEqual(await people(b))
    expect((await people(a)).find((each) => each.id === id)).toMatchObject({ birthDate: '1979-05-06', phone: '0900' })
    for (const site of [a, b]) expect(await site.replica.records.count('Task')).toBe(1)
  })

  test('images of the studies that changed come along when somebody wants them', async () => {
    const { a, b, stick, code } = await twoSites()
    const contents = Buffer.alloc(300_000, 3)
    const image = addImage(a, contents)
    await addStudy(a)
    await a.replica.records.add('Patient', person('Behind', 'A-9'), 'reception')
    expect(await write(a, stick, { images: true })).toMatchObject({ outcome: 'done', files: 1 })
    expect(await read(b, stick, code)).toMatchObject({ outcome: 'done', files: 1, records: 3 })
    expect(Buffer.from(b.images.get(image)?.contents ?? []).equals(contents)).toBe(true)
    expect(await write(a, stick, { all: true, images: true })).toMatchObject({ files: 1, records: 3 })
    // Read past: they are here already.
    expect(await read(b, stick)).toMatchObject({ outcome: 'done', files: 0, added: 0 })
  })

  test('an image that lies here but is entered nowhere, since the power went in between, is entered', async () => {
    const { a, b, stick, code } = await twoSites()
    const contents = Buffer.alloc(300_000, 3)
    const image = addImage(a, contents)
    addImage(b, contents)
    await addStudy(a)
    await a.replica.records.add('Patient', person('Behind', 'A-9'), 'reception')
    await write(a, stick, { images: true })
    expect(await read(b, stick, code)).toMatchObject({ outcome: 'done', files: 0, records: 3 })
    expect([...b.entered]).toEqual([image])
  })

  test('an image that does not read back is passed over and told on both sides; the others are carried', async () => {
    const { a, b, stick, code } = await twoSites()
    a.broken.add(addImage(a, Buffer.alloc(300_000, 3)))
    const sound = addImage(a, Buffer.alloc(200_000, 4))
    await addStudy(a)
    expect(await write(a, stick, { images: true })).toMatchObject({ outcome: 'done', files: 1, leftOut: 1, records: 2 })
    expect(await read(b, stick, code)).toMatchObject({ outcome: 'done', files: 1, leftOut: 1, records: 2 })
    expect([...b.images.keys()]).toEqual([sound])
  })
})

describe('a stick', () => {
  test('shows nobody anything: neither names nor numbers can be found on it', async () => {
    const { a, stick } = await twoSites()
    await a.replica.records.add('Patient', person('Okonkwo-Test', 'A-000042'), 'reception')
    await write(a, stick)
    const [name = ''] = readdirSync(stick)
    const bytes = readFileSync(join(stick, name))
    for (const secret of ['Okonkwo', 'A-000042', 'Patient', 'Hill Clinic', 'reception']) expect(bytes.includes(secret), secret).toBe(false)
  })

  test('asks for the code where the workstations never met, and names the group with the slip', async () => {
    const { a, b, stick, code } = await twoSites()
    await a.replica.records.add('Patient', person('Okafor', 'A-1'), 'reception')
    await write(a, stick)
    expect(await read(b, stick)).toMatchObject({ outcome: 'failed', problem: 'stick-code-needed' })
    const wrong = `${code.slice(0, 12)}${code[12] === '0' ? '1' : '0'}${code.slice(13)}`
    expect(await read(b, stick, wrong)).toMatchObject({ kind: 'stick-code-wrong', facts: { group: 3 } })
    // Right in itself, and of another practice: not kept.
    const foreign = await openSite('C', { ...clinic, id: '01FORE1GNPRACT1CE000000000' })
    expect(await read(b, stick, await foreign.desk.code())).toMatchObject({ outcome: 'failed', problem: 'stick-code-needed' })
    expect(await b.keys.all()).toEqual([])
    expect(await read(b, stick, code.toLowerCase().replaceAll('-', ' '))).toMatchObject({ outcome: 'done', added: 2 })
    expect(await b.keys.all()).toHaveLength(1)
  })

  test('of another practice is not seen; one that was cut off or changed is refused, and what came before it counts', async () => {
    const { a, b, stick, code } = await twoSites()
    expect(await read(b, stick, code)).toMatchObject({ kind: 'stick-none' })
    expect(await read(b, join(stick, 'gone'), code)).toMatchObject({ kind: 'stick-missing' })
    await addPeople(a, 500)
    await write(a, stick)
    const [name = ''] = readdirSync(stick)
    const whole = readFileSync(join(stick, name))
    writeFileSync(join(stick, name), whole.subarray(0, Math.floor(whole.length / 2)))
    expect(await read(b, stick, code)).toMatchObject({ outcome: 'failed', problem: 'stick-damaged' })
    const changed = Buffer.from(whole)
    changed[Math.floor(whole.length / 2)] = (changed[Math.floor(whole.length / 2)] ?? 0) ^ 1
    writeFileSync(join(stick, name), changed)
    expect(await read(b, stick, code)).toMatchObject({ outcome: 'failed', problem: 'stick-damaged' })
    writeFileSync(join(stick, name), whole)
    expect(await read(b, stick, code)).toMatchObject({ outcome: 'done', records: 501 })
    expect(await people(b)).toEqual(await people(a))
  })

  test('that is damaged is told by name, and those behind it are read', async () => {
    const { a, b, stick, code } = await twoSites()
    for (const [family, number] of [['First', 'A-1'], ['Second', 'A-2'], ['Third', 'A-3']] as const) {
      await a.replica.records.add('Patient', person(family, number), 'reception')
      await write(a, stick)
    }
    const [, name = ''] = readdirSync(stick).sort()
    const whole = readFileSync(join(stick, name))
    writeFileSync(join(stick, name), whole.subarray(0, whole.length - 10))
    // What is named as unread is not named as missing besides.
    expect(await read(b, stick, code)).toMatchObject({ outcome: 'done', unread: [{ station: 'A', number: 2, name, problem: 'stick-damaged' }], missing: [], sticks: [{ number: 1 }, { number: 3 }] })
    expect((await people(b)).map(({ family }) => family).sort()).toEqual(['First', 'Third'])
    expect(await read(b, stick)).toMatchObject({ outcome: 'failed', problem: 'stick-damaged', alreadyRead: 2, unread: [{ number: 2 }] })
    writeFileSync(join(stick, name), whole)
    expect(await read(b, stick)).toMatchObject({ outcome: 'done', added: 1, unread: [] })
    expect(await people(b)).toEqual(await people(a))
  })

  test('that went missing is told when the next one is read; everything can be written again', async () => {
    const { a, b, stick, code } = await twoSites()
    await a.replica.records.add('Patient', person('First', 'A-1'), 'reception')
    await write(a, stick)
    rmSync(stick, { recursive: true })
    const other = folder()
    await a.replica.records.add('Patient', person('Second', 'A-2'), 'reception')
    await write(a, other)
    expect(await read(b, other, code)).toMatchObject({ outcome: 'done', added: 1, missing: [{ station: 'A', number: 1 }] })
    expect(await people(b)).toHaveLength(1)
    expect(await write(a, other, { all: true })).toMatchObject({ outcome: 'done', records: 3 })
    expect(await read(b, other)).toMatchObject({ outcome: 'done', added: 2, missing: [] })
    expect(await people(b)).toEqual(await people(a))
  })

  test('that is full or not there is said so, and what was to go on it goes with the next one', async () => {
    const { a, stick } = await twoSites()
    await a.replica.records.add('Patient', person('Okafor', 'A-1'), 'reception')
    expect(await write(a, join(stick, 'not plugged in'))).toMatchObject({ kind: 'stick-missing' })
    expect(await a.desk.state()).not.toHaveProperty('last')
    expect(await write(a, stick)).toMatchObject({ records: 2 })
    expect(await a.desk.state()).toMatchObject({ last: { number: 1 } })
    expect(problemOfStick(Object.assign(new Error(), { code: 'ENOSPC' }))).toMatchObject({ kind: 'stick-full' })
    expect(problemOfStick(Object.assign(new Error(), { code: 'EROFS' }))).toMatchObject({ kind: 'stick-unwritable' })
  })
})

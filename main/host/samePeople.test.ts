import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer, AskOf, PatientSummary, RequestName, SamePerson, ValueOf } from '../../shared/contract'
import { hashQuickly } from '../../shared/testing/quickScrypt'
import { openPracticeHost, type PracticeHost } from './practiceHost'
import type { GateConnection } from '../gate/gate'

hashQuickly()

const password = 'correct horse battery'
let folder = ''
let host: PracticeHost
let practice: string | null = null
let desk: GateConnection
let calls = 0

const ask = async <Name extends RequestName>(connection: GateConnection, request: Name, what: AskOf<Name>): Promise<Answer<ValueOf<Name>>> =>
  (await connection.handle({ call: ++calls, request, practice, ask: what, byPerson: true }))?.answer as Answer<ValueOf<Name>>
const must = async <Value>(answer: Promise<Answer<Value>>): Promise<Value> => {
  const answered = await answer
  if (!answered.ok) throw new Error(answered.problem.kind)
  return answered.value
}

const register = (more: Partial<AskOf<'registerPatient'>> & { readonly family: string; readonly given: string }): Promise<PatientSummary> =>
  must(ask(desk, 'registerPatient', { key: `registration ${++calls}`, gender: 'male', ...more }))
const alikeTo = async (person: AskOf<'findSamePeople'>): Promise<readonly SamePerson[]> => must(ask(desk, 'findSamePeople', person))
const told = (people: readonly SamePerson[]) => people.map(({ patient, alike, isLikely }) => [patient.number, ...alike, ...(isLikely ? ['likely'] : [])].join(' '))

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outpost-same-people-'))
  host = openPracticeHost({ folder, keystore: null, need: () => undefined, noNeed: () => undefined, log: (line) => console.error(line) })
  await host.start()
  desk = host.connect('front desk', () => undefined)
  const created = await must(
    ask(desk, 'createPractice', {
      name: 'Front Desk Clinic', address: '', phone: '', email: '', stationPrefix: 'A', passphrase: 'a passphrase of ours', administrator: { name: 'Ada Admin', user: 'ada', password },
    }),
  )
  practice = created.practice.id
  await must(ask(desk, 'signIn', { user: 'ada', password }))
  await must(ask(desk, 'addStaff', { name: 'Lena Lab', user: 'lena', role: 'lab-technician', password }))
  await register({ family: 'Muhammad', given: 'Aly', birthDate: '1980-05-01', phone: '+27 82 123 4567' })
  await register({ family: 'Nkosi', given: 'Thandiwe', gender: 'female', birthDate: '1962', document: 'AB 123456' })
  await register({ family: 'Nkosi', given: 'Sipho', birthDate: '2019-03-04', phone: '0821234567' })
  await register({ family: 'شريف', given: 'فاطمة', gender: 'female', birthDate: '1991-12-30' })
  for (let other = 0; other < 30; other += 1) await register({ family: 'Mohamed', given: `Ali`, birthDate: `19${30 + other}-11-28` })
})
afterAll(async () => {
  await host.stop()
  await rm(folder, { recursive: true, force: true })
})

describe('a person who is registered a second time', () => {
  it('A4: is shown by the sound of the name and the birth date, before the thirty others of that name', async () => {
    expect(told(await alikeTo({ family: 'Mohamed', given: 'Ali', birthDate: '1980-05-01' }))).toEqual(['A-000001 name-alike birth-same likely'])
  })

  it.each([
    [{ family: 'Ali', given: 'Mohammed', birthDate: '1980-01-05' }, 'A-000001 name-alike birth-swapped'],
    [{ family: 'Mohamad', given: 'Aly', birthDate: '1980-05-11' }, 'A-000001 name-alike birth-digit'],
    [{ family: 'Mohamad', given: 'Aly', birthDate: '1980' }, 'A-000001 name-alike birth-year'],
    [{ family: 'Nkosi', given: 'Tandiwe', birthDate: '1963-07-08' }, 'A-000002 name-alike birth-near'],
    [{ family: 'Khumalo', given: 'Zodwa', document: 'ab123456' }, 'A-000002 document-same likely'],
    [{ family: 'Nkosi', given: 'Lerato', birthDate: '2019-03-04' }, 'A-000003 name-partly birth-same'],
    [{ family: 'Sharif', given: 'Fatima', birthDate: '1991-12-30' }, 'A-000004 name-alike birth-same likely'],
  ])('is shown for %j', async (person, expected) => {
    expect(told(await alikeTo(person))[0]).toBe(expected)
  })

  it('is shown by the telephone alone, with and without the country code, behind who also has the name', async () => {
    expect(told(await alikeTo({ family: 'Sipho', given: 'Nkosi', phone: '082 123 4567' }))).toEqual(['A-000003 name-same phone-same', 'A-000001 phone-same'])
  })

  it('is nobody while nothing is typed, and for people who share a name with half the village', async () => {
    expect(await alikeTo({ family: '', given: '' })).toEqual([])
    expect(await alikeTo({ family: 'Nkosi', given: '' })).toEqual([])
    expect(await alikeTo({ family: 'Mohamed', given: 'Ali', birthDate: '2001-04-17' })).toEqual([])
  })

  it('A4: opens the chart that is there', async () => {
    const [same] = await alikeTo({ family: 'Mohamed', given: 'Ali', birthDate: '1980-05-01' })
    expect(await must(ask(desk, 'readChart', { patient: same?.patient.id ?? '' }))).toMatchObject({ banner: { patient: { family: 'Muhammad' } } })
  })

  it('is not told to somebody who may not register', async () => {
    const laboratory = host.connect('laboratory', () => undefined)
    await must(ask(laboratory, 'signIn', { user: 'lena', password }))
    expect(await ask(laboratory, 'findSamePeople', { family: 'Mohamed', given: 'Ali' })).toMatchObject({ ok: false, problem: { kind: 'not-allowed' } })
  })

  it('is nobody for hostile text, which takes no time', async () => {
    for (const text of ['\0', '\ud800', '%', "'; DROP TABLE patients; --", 'a '.repeat(100), '١'.repeat(200), 'kh'.repeat(100), '王'.repeat(200)]) {
      const started = performance.now()
      expect(await alikeTo({ family: text, given: text, phone: text, document: text }), text.slice(0, 10)).toEqual([])
      expect(performance.now() - started, text.slice(0, 10)).toBeLessThan(2_000)
    }
  })
})

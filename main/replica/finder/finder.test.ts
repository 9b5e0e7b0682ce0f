import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Patient } from 'fhir/r4'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFinder, openReplica, type PatientFinder, type Replica } from '../index'
import { askedOf } from './asked'
import { isOneTypoAway } from './fit'

const seed = 20261121
const randomFrom = (start: number) => {
  let state = start
  return (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 4294967296) * below)
  }
}
const random = randomFrom(seed)
const syllables = ['mo', 'ko', 'na', 'the', 'di', 'ra', 'lu', 'si', 'ban', 'ze', 'ka', 'por', 'ti', 'wa', 'ngu', 'bel', 'fa', 'jo', 'hu', 'min']
const word = (): string => Array.from({ length: 2 + random(3) }, () => syllables[random(syllables.length)]).join('')

const patient = (family: string, given: string, more: { number?: string; document?: string; birthDate?: string; phone?: string; active?: boolean } = {}): Patient => ({
  resourceType: 'Patient',
  name: [{ use: 'official', family, given: [given] }],
  ...(more.birthDate === undefined ? {} : { birthDate: more.birthDate }),
  ...(more.active === undefined ? {} : { active: more.active }),
  ...(more.number === undefined && more.document === undefined
    ? {}
    : {
        identifier: [
          ...(more.number === undefined ? [] : [{ system: 'urn:outpost:patient-number', value: more.number }]),
          ...(more.document === undefined ? [] : [{ system: 'urn:outpost:identity-document', value: more.document }]),
        ],
      }),
  ...(more.phone === undefined ? {} : { telecom: [{ system: 'phone', value: more.phone }] }),
})

const special = {
  thandiwe: patient('Mokoena-Xaba', 'Thandiwe', { number: 'A-700123', birthDate: '1945-07-14', phone: '021 555 0199' }),
  nunez: patient('Núñez', 'José María', { number: 'B-000042', birthDate: '1951' }),
  obrien: patient("O'Brien", 'Siobhán', { birthDate: '2001-02-03', phone: '+353 1 555 01234' }),
  wang: patient('王', '小明', { birthDate: '1990-01-31' }),
  muhammad: patient('العلي', 'مُحَمَّد'),
  mohan: patient('शर्मा', 'मोहन'),
  fatima: patient('الشريف', 'فاطمة', { document: 'AB 12-34567', phone: '+254 712 345 678' }),
  rahman: patient('عبد الرحمن', 'أحمد', { birthDate: '1988-11-09' }),
  zhang: patient('张伟', ''),
  merwe: patient('van der Merwe', 'Jean-Baptiste'),
  dangelo: patient("D'Angelo", 'Zoë'),
  hindi: patient('हिन्दुजा', 'ज़ोहरा'),
}

let folder: string
let replica: Replica
let finder: PatientFinder
const ids = new Map<string, keyof typeof special>()
let ticksWhileReading = 0
let questionsWhileOpening = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'finder-'))
  replica = await openReplica({ folder, key: new Uint8Array(32).fill(3), practice: 'clinic', station: 'A' })
  for (const name of Object.keys(special) as (keyof typeof special)[]) ids.set((await replica.records.add('Patient', special[name], 'system')).id, name)
  for (let batch = 0; batch < 4; batch += 1) {
    const made = Array.from({ length: 5000 }, (_, place) =>
      patient(word(), word(), {
        number: `A-${String(batch * 5000 + place + 1).padStart(6, '0')}`,
        birthDate: `${1930 + random(90)}-${String(1 + random(12)).padStart(2, '0')}-${String(1 + random(28)).padStart(2, '0')}`,
        phone: `08${random(100_000_000)}`,
      }),
    )
    await replica.records.addAll(made.map((resource) => ({ type: 'Patient' as const, resource })), 'system')
  }
  let questions = 0
  const all: Replica['tables']['all'] = (sql, ...bound) => {
    questions += 1
    return replica.tables.all(sql, ...bound)
  }
  finder = await openFinder({ ...replica, tables: { ...replica.tables, all } })
  questionsWhileOpening = questions
  let reading = true
  const tick = (): void => {
    ticksWhileReading += 1
    if (reading) setImmediate(tick)
  }
  setImmediate(tick)
  await finder.find('mok')
  reading = false
})
afterAll(async () => {
  finder.close()
  await replica.close()
  await rm(folder, { recursive: true, force: true })
})

/** The one of the special patients that comes first. */
const first = async (typed: string): Promise<string | undefined> => {
  const [best] = await finder.find(typed)
  return best === undefined ? undefined : (ids.get(best.id) ?? best.id)
}

describe(`finder among 20,000 patients (seed ${seed})`, () => {
  it('opens without reading a patient, and lets others work while it reads the words of their names', async () => {
    expect(questionsWhileOpening).toBe(0)
    expect(ticksWhileReading).toBeGreaterThan(3)
  })

  it.each([
    ['thandiwe mok', 'thandiwe'],
    ['Mokoena Xaba', 'thandiwe'],
    ['mokoenaxaba', 'thandiwe'],
    ['XABA, thandi', 'thandiwe'],
    ['thandwie xaba', 'thandiwe'],
    ['Thandywe Xaba', 'thandiwe'],
    ['A-700123', 'thandiwe'],
    ['a700123', 'thandiwe'],
    ['700123', 'thandiwe'],
    ['0215550199', 'thandiwe'],
    ['021 555 0199', 'thandiwe'],
    ['+27 21 555 0199', 'thandiwe'],
    ['xaba 1945-07-14', 'thandiwe'],
    ['xaba 14-Jul-1945', 'thandiwe'],
    ['xaba 14 July 1945', 'thandiwe'],
    ['xaba 14/07/1945', 'thandiwe'],
    ['xaba 14.7.45', 'thandiwe'],
    ['١٤/٠٧/١٩٤٥ xaba', 'thandiwe'],
    ['xaba 1945', 'thandiwe'],
    ['nunez', 'nunez'],
    ['jose nuñ', 'nunez'],
    ['núñez 3/4/1951', 'nunez'],
    ['obrien', 'obrien'],
    ['siobhan o’b', 'obrien'],
    ['王小明', 'wang'],
    ['小明', 'wang'],
    ['王', 'wang'],
    ['محمد', 'muhammad'],
    ['मोहन', 'mohan'],
    ['शर्मा मोहन', 'mohan'],
    // Identity document and telephone, as they are typed or read by a scanner.
    ['AB1234567', 'fatima'],
    ['ab 12-34567', 'fatima'],
    ['0712345678', 'fatima'],
    ['+254712345678', 'fatima'],
    ['00254 712 345 678', 'fatima'],
    ['254712', 'fatima'],
    ['345678 شريف', 'fatima'],
    // Arabic: with and without the article, and the letters that stand for one another.
    ['شريف', 'fatima'],
    ['الشريف', 'fatima'],
    ['الش فاطم', 'fatima'],
    ['فاطمه', 'fatima'],
    ['عبدالرحمن', 'rahman'],
    ['عبد الرح', 'rahman'],
    ['عبدالرح', 'rahman'],
    ['احمد الرحمن', 'rahman'],
    ['رحمن ٠٩١١١٩٨٨', 'rahman'],
    ['rahman 09/11/1988 أحمد', undefined],
    // Chinese: the whole name in one field, or the given name alone.
    ['张伟', 'zhang'],
    ['伟', 'zhang'],
    ['张 伟', 'zhang'],
    // Double-barrelled names, apostrophes, accents.
    ['vandermerwe', 'merwe'],
    ['van der merw', 'merwe'],
    ['merwe jean', 'merwe'],
    ['jeanbaptiste', 'merwe'],
    ['baptistemerwe', 'merwe'],
    ['baptsite merwe', 'merwe'],
    ['d’angelo zoe', 'dangelo'],
    ['dangelo', 'dangelo'],
    ['d angelo', 'dangelo'],
    // Devanagari: vowel signs are letters, dots and nasals are spelt either way.
    ['हिंदुजा', 'hindi'],
    ['जोहरा हिन्', 'hindi'],
    ['जहर', undefined],
    // Birth dates as they are typed.
    ['xaba 14071945', 'thandiwe'],
    ['xaba 7/1945', 'thandiwe'],
    ['xaba July 1945', 'thandiwe'],
    ['14 Jul 1945 thandiwe', 'thandiwe'],
  ])('finds by “%s”', async (typed, expected) => {
    expect(await first(typed)).toBe(expected)
  })

  it('finds nobody for nothing, for nonsense and for hostile text', async () => {
    for (const typed of ['', '   ', ',;', '-', 'qqqqqqqq', 'xaba 31/12/1899', '\0', '(((((', '.*', '\ud800', '%'.repeat(100_000), '9'.repeat(10_000), 'a '.repeat(50_000)]) {
      expect(await finder.find(typed), typed.slice(0, 20)).toEqual([])
    }
  })

  it('puts the exact name before beginnings and beginnings before typing errors, and keeps to the limit', async () => {
    const [exact, longer, typo] = await replica.records.addAll(
      ['Vuyokazi', 'Vuyokazini', 'Vuyokaze'].map((family) => ({ type: 'Patient' as const, resource: patient(family, 'X') })),
      'system',
    )
    expect((await finder.find('vuyokazi')).map(({ id }) => id)).toEqual([exact?.id, longer?.id, typo?.id])
    expect(await finder.find('mok', 7)).toHaveLength(7)
  })

  it('puts patients who are no longer active behind the others, however well they fit', async () => {
    const [gone, here] = await replica.records.addAll(
      [patient('Qqwxabe', 'Zodwa', { active: false }), patient('Qqwxabes', 'Zodwa')].map((resource) => ({ type: 'Patient' as const, resource })),
      'system',
    )
    expect((await finder.find('qqwxabe')).map(({ id }) => id)).toEqual([here?.id, gone?.id])
    expect((await finder.find('zodwa qqwxabe')).map(({ id }) => id)).toEqual([here?.id, gone?.id])
  })

  it('answers one question twice in one order, and a shorter answer with the beginning of a longer one', async () => {
    for (const text of ['mok', 'the ban', '0812', '1945', 'mokotheid']) {
      const long = (await finder.find(text, 60)).map(({ id }) => id)
      expect((await finder.find(text, 60)).map(({ id }) => id), text).toEqual(long)
      if (!text.includes(' ')) expect((await finder.find(text, 20)).map(({ id }) => id), text).toEqual(long.slice(0, 20))
    }
  })

  it('follows a registration, a change of name, and a record that sync took away', async () => {
    const added = await replica.records.add('Patient', patient('Zwelithini', 'Nomsa'), 'system')
    expect((await finder.find('zwelith'))[0]?.id).toBe(added.id)
    await replica.records.revise('Patient', added.id, (old) => ({ ...old, name: [{ family: 'Gxowa', given: ['Nomsa'] }] }), 'system')
    expect(await finder.find('zwelith')).toEqual([])
    expect((await finder.find('gxowa nomsa'))[0]?.id).toBe(added.id)
    await (await replica.collection.findOne(added.id).exec())?.remove()
    expect(await finder.find('gxowa')).toEqual([])
  })

  it('A3: answers a beginning of three letters and a typing error within 300 ms', async () => {
    for (const text of ['mok', 'the', 'ban', 'mokothedi', 'lusibna', 'porti wa', '0812', '14/07/1945']) {
      // The best of three: the machine may be busy with something else.
      const times: number[] = []
      for (let round = 0; round < 3; round += 1) {
        const started = performance.now()
        await finder.find(text)
        times.push(performance.now() - started)
      }
      expect(Math.min(...times), text).toBeLessThan(300)
    }
  })
})

describe('what was typed', () => {
  it('is taken apart', () => {
    expect(askedOf('O’Brien 3 Feb 2001')).toEqual([{ kind: 'birthdate', text: '2001-02-03' }, { kind: 'name', text: 'obrien' }])
    expect(askedOf('1945-07')).toEqual([{ kind: 'birthdate', text: '1945-07' }])
    expect(askedOf('5 Mary 10')).toEqual([{ kind: 'number', text: '5', digits: '5' }, { kind: 'name', text: 'mary' }, { kind: 'number', text: '10', digits: '10' }])
  })

  it('is one typing error away, or not', () => {
    for (const typed of ['mokena', 'mokooena', 'mokoina', 'mkooena', 'nokoena', 'okoena', 'mokoenaa', 'mokoen']) expect(isOneTypoAway(typed, 'mokoena', false), typed).toBe(true)
    for (const typed of ['moena', 'mokeona1', 'anekoom', 'mo', '']) expect(isOneTypoAway(typed, 'mokoena', false), typed).toBe(false)
    expect(isOneTypoAway('mkoo', 'mokoena', true)).toBe(true)
    expect(isOneTypoAway('mxxo', 'mokoena', true)).toBe(false)
  })
})

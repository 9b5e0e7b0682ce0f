import fc from 'fast-check'
import type { AllergyIntolerance, Encounter, Observation, Patient, ServiceRequest, Task } from 'fhir/r4'
import { describe, expect, test } from 'vitest'
import { createClock, parseStamp } from './clock'
import type { Envelope, PriorVersion, RecordType, ResourceOf } from './envelope'
import { mergeRecords, saysTheSame } from './merge'
import type { Clash } from './mergeClash'
import { canonical, type Json } from './mergeFields'
import { versionOf } from './mergeLine'
import { choicesOf, decided, reopened, reviewOf, reviewRecordOf, takenAwayRecordOf, typedAs, valueInWords, withChoice, withoutDecision, type Review } from './mergeReview'
import { searchParametersOf } from './search'

const seed = Number(process.env['SEED'] ?? 20261121)
const practice = '01PRACTICE0000000000000000'
const id = '01PATENT000000000000000000'

const clockOf = (station: string, start = Date.UTC(2026, 10, 21, 10)) => {
  let ms = start
  return createClock({ station, now: () => (ms += 1000) })
}
const made = <Type extends RecordType>(type: Type, resource: ResourceOf[Type], station: string, at: string, author = `nurse-${station}`): Envelope<Type> => ({ id, type, practice, resource, search: searchParametersOf(type, resource), author, station, at, prior: [] })
const revised = <Type extends RecordType>(record: Envelope<Type>, change: Partial<ResourceOf[Type]>, station: string, at: string, author = `nurse-${station}`): Envelope<Type> => {
  const resource = { ...record.resource, ...change }
  return { ...record, resource, search: searchParametersOf(record.type, resource), author, station, at, after: [record.at], prior: [...record.prior, versionOf(record) as PriorVersion<Type>] }
}

const patient: Patient = {
  resourceType: 'Patient', id, birthDate: '1984-03-02', gender: 'female',
  name: [{ use: 'official', family: 'Achebe', given: ['Ngozi'] }],
  telecom: [{ system: 'phone', value: '0801 111' }],
  identifier: [{ system: 'urn:outpost:patient-number', value: 'A-000001' }],
}
const [a, b] = [clockOf('A'), clockOf('B', Date.UTC(2026, 10, 21, 11))]
const start = made('Patient', patient, 'A', a.next())
const reviewed = (record: Envelope, clashes: readonly Clash[]) => clashes.map((clash) => reviewOf(reviewRecordOf(record, clash).resource))

describe('two workstations changed one patient while apart', () => {
  test('different fields: both changes stand and nobody is asked', () => {
    const master = revised(start, { telecom: [{ system: 'phone', value: '0802 222' }] }, 'A', a.next())
    const mine = revised(start, { birthDate: '1984-02-03', name: [{ use: 'official', family: 'Achebe', given: ['Ngozi', 'Ada'] }] }, 'B', b.next())
    const { record, clashes } = mergeRecords({ master, mine, assumed: start })
    expect(clashes).toEqual([])
    expect(record.resource).toMatchObject({ birthDate: '1984-02-03', telecom: [{ value: '0802 222' }], name: [{ given: ['Ngozi', 'Ada'] }] })
    expect(record.prior.map(({ at }) => at)).toEqual([start.at, master.at, mine.at].sort())
    expect(record.at > mine.at && record.at > master.at).toBe(true)
    expect(parseStamp(record.at)).toBeDefined()
  })

  test('family and given name of one name are two fields', () => {
    const master = revised(start, { name: [{ use: 'official', family: 'Achebe-Obi', given: ['Ngozi'] }] }, 'A', a.next())
    const mine = revised(start, { name: [{ use: 'official', family: 'Achebe', given: ['Ngozika'] }] }, 'B', b.next())
    const { record, clashes } = mergeRecords({ master, mine })
    expect(clashes).toEqual([])
    expect((record.resource as Patient).name).toEqual([{ use: 'official', family: 'Achebe-Obi', given: ['Ngozika'] }])
  })

  test('the same field: the record stays usable and the review item holds both values with who, where and when', () => {
    const master = revised(start, { birthDate: '1985-03-02' }, 'A', a.next(), 'reception')
    const mine = revised(start, { birthDate: '1984-03-20', gender: 'other' }, 'B', b.next(), 'doctor')
    const { record, clashes } = mergeRecords({ master, mine, assumed: start })
    // The later of the two, until somebody decides.
    expect(record.resource).toMatchObject({ birthDate: '1984-03-20', gender: 'other' })
    expect(record.prior.some(({ resource }) => (resource as Patient).birthDate === '1985-03-02')).toBe(true)
    expect(reviewed(record, clashes)).toMatchObject([
      {
        field: 'birthDate', before: '1984-03-02', record: id, type: 'Patient', patient: id, state: 'open',
        values: [{ value: '1985-03-02', by: 'reception', station: 'A', at: master.at }, { value: '1984-03-20', by: 'doctor', station: 'B', at: mine.at }],
      },
    ])
  })

  test('whoever merges makes the same record and the same review item, to the letter', () => {
    const one = revised(start, { birthDate: '1985-03-02', telecom: [{ system: 'phone', value: '1' }, { system: 'email', value: 'n@x' }] }, 'A', a.next())
    const other = revised(start, { birthDate: '1984-03-20', telecom: [{ system: 'fax', value: '2' }, { system: 'phone', value: '0801 111' }] }, 'B', b.next())
    const here = mergeRecords({ master: one, mine: other })
    const there = mergeRecords({ master: other, mine: one })
    const itemsOf = ({ record, clashes }: typeof here) => clashes.map((clash) => reviewRecordOf(record, clash))
    expect(JSON.stringify(here.record)).toBe(JSON.stringify(there.record))
    expect(itemsOf(here)).toEqual(itemsOf(there))
    expect(itemsOf(here)[0]?.id).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/)
  })

  test('a phone taken away here and corrected there: the edit beats the removal, visibly', () => {
    const master = revised(start, { telecom: undefined }, 'A', a.next())
    const mine = revised(start, { telecom: [{ system: 'phone', value: '0809 999' }] }, 'B', b.next())
    for (const sides of [{ master, mine }, { master: mine, mine: master }]) {
      const { record, clashes } = mergeRecords(sides)
      expect((record.resource as Patient).telecom).toEqual([{ system: 'phone', value: '0809 999' }])
      expect(clashes).toMatchObject([{ field: 'telecom[phone]' }])
    }
  })

  test('alive here and dead there: the patient stands as dead until somebody decides, in one way of saying so', () => {
    const alive = revised(start, { deceasedBoolean: false }, 'B', b.next())
    const dead = revised(start, { deceasedDateTime: '2026-11-20T22:10:00Z' }, 'A', a.next())
    const { record, clashes } = mergeRecords({ master: alive, mine: dead }) as { record: Envelope<'Patient'>; clashes: readonly Clash[] }
    expect(record.resource).toMatchObject({ deceasedDateTime: '2026-11-20T22:10:00Z' })
    expect(record.resource.deceasedBoolean).toBeUndefined()
    expect(clashes).toMatchObject([{ field: 'deceased' }])
    const review = reviewOf(reviewRecordOf(record, clashes[0] as Clash).resource) as Review
    const choice = review.values.findIndex(({ value }) => canonical(value).includes('false')) === 0 ? 'first' : 'second'
    const decision = withChoice(review, record.resource, choice) as Patient
    expect([decision.deceasedBoolean, decision.deceasedDateTime, decision.birthDate]).toEqual([false, undefined, patient.birthDate])
  })

  test('two further phones of one kind are both kept', () => {
    const two = revised(start, { telecom: [{ system: 'phone', value: '1' }, { system: 'phone', value: '2' }] }, 'A', a.next())
    const master = revised(two, { telecom: [{ system: 'phone', value: '1' }, { system: 'phone', value: '2' }, { system: 'phone', value: '3' }] }, 'A', a.next())
    const mine = revised(two, { telecom: [{ system: 'phone', value: '2' }, { system: 'phone', value: '4' }] }, 'B', b.next())
    const values = ((mergeRecords({ master, mine }).record.resource as Patient).telecom ?? []).map(({ value }) => value)
    expect(values).toEqual(['2', '3', '4'])
  })

  test('of two phones that were both kept, the one that is corrected keeps its place, and two corrections of it are asked about', () => {
    const phones = (...values: string[]) => ({ telecom: values.map((value) => ({ system: 'phone' as const, value })) })
    const two = revised(start, phones('1', '2'), 'A', a.next())
    const corrected = revised(two, phones('3', '2'), 'B', clockOf('B', Date.UTC(2026, 10, 21, 15)).next())
    const beside = [{ gender: 'other' as const }, phones('1', '2', '4'), phones('1', '4')].map((change) => revised(two, change, 'A', a.next()))
    const expected = [['3', '2'], ['3', '2', '4'], ['3', '4']]
    beside.forEach((elsewhere, place) => {
      for (const sides of [{ master: elsewhere, mine: corrected }, { master: corrected, mine: elsewhere }]) {
        const { record, clashes } = mergeRecords(sides)
        expect([(record.resource as Patient).telecom?.map(({ value }) => value), clashes]).toEqual([expected[place], []])
      }
    })
    const otherwise = revised(two, phones('5', '2'), 'A', a.next())
    expect(mergeRecords({ master: otherwise, mine: corrected })).toMatchObject({ record: { resource: phones('3', '2') }, clashes: [{ field: 'telecom[phone].value', before: '1', values: [{ value: '5' }, { value: '3' }] }] })
    const [second, third] = [revised(two, phones('1', '6'), 'A', a.next()), revised(two, phones('1', '7'), 'B', b.next())]
    const { record, clashes } = mergeRecords({ master: second, mine: third })
    const review = reviewOf(reviewRecordOf(record, clashes[0] as Clash).resource) as Review
    expect([review.field, choicesOf(review, record.resource)]).toEqual(['telecom[phone#1].value', ['first', 'second', 'both', 'typed']])
    expect(withChoice(review, record.resource, 'typed', '8')).toMatchObject(phones('1', '8'))
  })

  test('a decision writes the chosen value, closes the item, and survives a merge with an open copy', () => {
    const master = revised(start, { name: [{ use: 'official', family: 'Achebe-Obi', given: ['Ngozi'] }] }, 'A', a.next())
    const mine = revised(start, { name: [{ use: 'official', family: 'Achebé', given: ['Ngozi'] }] }, 'B', b.next())
    const { record, clashes } = mergeRecords({ master, mine })
    const item = reviewRecordOf(record, clashes[0] as Clash)
    const review = reviewOf(item.resource)
    if (!review) throw new Error('no review')
    expect(review.field).toBe('name[official].family')
    const closed = revised(item, decided(item.resource, { choice: 'second', value: 'Achebé', was: 'Achebe-Obi' }, 'dr-eze', '2026-11-21T12:00:00Z'), 'B', b.next(), 'dr-eze')
    expect(withChoice(review, record.resource, 'second')).toMatchObject({ name: [{ use: 'official', family: 'Achebé', given: ['Ngozi'] }] })
    for (const sides of [{ master: item, mine: closed }, { master: closed, mine: item }]) expect(reviewOf(mergeRecords(sides).record.resource as Task)).toMatchObject({ state: 'resolved', decision: { choice: 'second' }, decidedBy: 'dr-eze' })
    const otherwise = revised(item, decided(item.resource, { choice: 'first', value: 'Achebe-Obi' }, 'dr-abi', '2026-11-21T12:00:01Z'), 'A', a.next(), 'dr-abi')
    expect(reviewOf(mergeRecords({ master: closed, mine: otherwise }).record.resource as Task)).toMatchObject({ state: 'open' })
  })

  test('a decision for the value that lost the merge is not undone by the next one', () => {
    const master = revised(start, { birthDate: '1985-03-02' }, 'A', a.next())
    const mine = revised(start, { birthDate: '1984-03-20' }, 'B', b.next())
    const { record } = mergeRecords({ master, mine }) as { record: Envelope<'Patient'> }
    const decision = revised(record, { birthDate: '1984-03-20' }, 'B', b.next())
    const elsewhere = revised(record, { gender: 'other' }, 'A', clockOf('A', Date.UTC(2026, 10, 21, 15)).next())
    for (const sides of [{ master: decision, mine: elsewhere }, { master: elsewhere, mine: decision }]) {
      const again = mergeRecords(sides)
      expect(again.clashes).toEqual([])
      expect(again.record.resource).toMatchObject({ birthDate: '1984-03-20', gender: 'other' })
    }
  })
})

describe('who knew what', () => {
  test('a person who saw both values and chose is not asked again, whichever way the versions come together', () => {
    const one = revised(start, { birthDate: '1985-03-02' }, 'A', a.next())
    const other = revised(start, { birthDate: '1984-03-20' }, 'B', b.next())
    const { record } = mergeRecords({ master: one, mine: other }) as { record: Envelope<'Patient'> }
    const chosen = revised(record, { birthDate: '1985-03-02' }, 'B', b.next())
    // Elsewhere one of the two was put together with a third change first.
    const third = revised(start, { gender: 'other' }, 'C', clockOf('C', Date.UTC(2026, 10, 21, 16)).next())
    const elsewhere = mergeRecords({ master: other, mine: third }).record
    const last = mergeRecords({ master: elsewhere, mine: chosen })
    expect(last.clashes).toEqual([])
    expect(last.record.resource).toMatchObject({ birthDate: '1985-03-02', gender: 'other' })
  })

  test('a value put back to what it was before is a change like any other', () => {
    const one = revised(start, { birthDate: '1985-03-02' }, 'A', a.next())
    const back = revised(one, { birthDate: '1984-03-02' }, 'A', a.next())
    const elsewhere = revised(one, { gender: 'other' }, 'B', b.next())
    expect(mergeRecords({ master: elsewhere, mine: back })).toMatchObject({ clashes: [], record: { resource: { birthDate: '1984-03-02', gender: 'other' } } })
    const apart = revised(start, { birthDate: '1986-06-06' }, 'B', b.next())
    expect(mergeRecords({ master: apart, mine: back }).clashes).toMatchObject([{ field: 'birthDate', values: [{ value: '1984-03-02' }, { value: '1986-06-06' }] }])
  })

  test('the one who wrote the value is named, not the merge that brought it', () => {
    const one = revised(start, { birthDate: '1985-03-02' }, 'A', a.next(), 'reception')
    const beside = revised(start, { gender: 'other' }, 'B', b.next(), 'nurse')
    const { record } = mergeRecords({ master: one, mine: beside })
    const third = revised(start, { birthDate: '1986-06-06' }, 'C', clockOf('C', Date.UTC(2026, 10, 21, 17)).next(), 'doctor')
    expect(mergeRecords({ master: record, mine: third }).clashes).toMatchObject([{ field: 'birthDate', values: [{ by: 'reception', station: 'A', at: one.at }, { by: 'doctor', station: 'C' }] }])
  })

  test('versions of an Outpost that did not say what they were made from are read in their order', () => {
    const forget = <Type extends RecordType>({ after: _after, ...record }: Envelope<Type>): Envelope<Type> => ({ ...record, prior: record.prior.map(({ after: _each, ...version }) => version) })
    const one = forget(revised(start, { birthDate: '1985-03-02' }, 'A', a.next()))
    const other = forget(revised(start, { birthDate: '1984-03-20', gender: 'other' }, 'B', b.next()))
    expect(mergeRecords({ master: one, mine: other })).toMatchObject({ clashes: [{ field: 'birthDate', before: '1984-03-02' }], record: { resource: { gender: 'other' } } })
  })

  test('a server put back to an older version takes the newer one, and asks only about what was written on both', () => {
    const lost = revised(start, { birthDate: '1985-03-02', gender: 'other' }, 'A', a.next())
    expect(mergeRecords({ master: start, mine: lost, assumed: lost })).toEqual({ record: lost, clashes: [] })
    const since = revised(start, { birthDate: '1986-06-06' }, 'B', b.next())
    expect(mergeRecords({ master: since, mine: lost, assumed: lost })).toMatchObject({ clashes: [{ field: 'birthDate' }], record: { resource: { gender: 'other' } } })
  })

  test('two records made apart under one id: what only one says is taken, what both say otherwise is asked', () => {
    const one = made('Patient', patient, 'A', a.next())
    const { gender: _gender, ...others } = patient
    const other = made('Patient', { ...others, birthDate: '1986-06-06', active: true }, 'B', b.next())
    const { record, clashes } = mergeRecords({ master: one, mine: other })
    expect(clashes.map(({ field }) => field)).toEqual(['birthDate'])
    expect(record.resource).toMatchObject({ gender: 'female', active: true })
  })
})

describe('a decision', () => {
  const clashing = () => {
    const one = revised(start, { telecom: [{ system: 'phone', value: '0801' }] }, 'A', a.next())
    const other = revised(start, { telecom: [{ system: 'phone', value: '0802' }], birthDate: '1984-03-20' }, 'B', b.next())
    const { record, clashes } = mergeRecords({ master: one, mine: other }) as { record: Envelope<'Patient'>; clashes: readonly Clash[] }
    const item = reviewRecordOf(record, clashes[0] as Clash)
    return { record, item, review: reviewOf(item.resource) as Review }
  }

  test('offers what the field allows: two phones may stand side by side, a third may be typed', () => {
    const { record, review } = clashing()
    expect([choicesOf(review, record.resource), typedAs(review)]).toEqual([['first', 'second', 'both', 'typed'], 'text'])
    expect((withChoice(review, record.resource, 'both') as Patient).telecom).toEqual([{ system: 'phone', value: '0802' }, { system: 'phone', value: '0801' }])
    expect((withChoice(review, record.resource, 'typed', '0803') as Patient).telecom).toEqual([{ system: 'phone', value: '0803' }])
    expect(choicesOf(review, { ...record.resource, telecom: [{ system: 'phone', value: '9' }] })).toContain('present')
    const born: Review = { ...review, field: 'birthDate' }
    expect([choicesOf(born, record.resource), typedAs(born)]).toEqual([['first', 'second', 'present', 'typed'], 'date'])
    expect(choicesOf({ ...review, field: 'gender' }, record.resource)).not.toContain('typed')
  })

  test('both family names are kept: one stays the official one', () => {
    const one = revised(start, { name: [{ use: 'official', family: 'Achebe-Obi', given: ['Ngozi'] }] }, 'A', a.next())
    const other = revised(start, { name: [{ use: 'official', family: 'Eze', given: ['Ngozi'] }] }, 'B', b.next())
    const { record, clashes } = mergeRecords({ master: one, mine: other })
    const review = reviewOf(reviewRecordOf(record, clashes[0] as Clash).resource) as Review
    expect((withChoice(review, record.resource, 'both') as Patient).name).toEqual([
      { use: 'official', family: 'Eze', given: ['Ngozi'] },
      { use: 'usual', family: 'Achebe-Obi', given: ['Ngozi'] },
    ])
  })

  test('taken back puts the record where it was, but never over a later change', () => {
    const { record, review } = clashing()
    const after = withChoice(review, record.resource, 'first')
    const taken: Review = { ...review, decision: { choice: 'first', value: '0801', was: '0802' } }
    expect(withoutDecision(taken, after)).toEqual(record.resource)
    const since = { ...(after as Patient), telecom: [{ system: 'phone' as const, value: '9' }] }
    expect(withoutDecision(taken, since)).toEqual(since)
  })

  test('taken back stays open beside a copy that still has the decision; decided twice alike is decided', () => {
    const { item } = clashing()
    const first = revised(item, decided(item.resource, { choice: 'first' }, 'dr-eze', '2026-11-21T12:00:00Z'), 'B', clockOf('B', Date.UTC(2026, 10, 21, 18)).next())
    const back = { ...revised(first, {}, 'B', clockOf('B', Date.UTC(2026, 10, 21, 19)).next()), resource: reopened(first.resource) }
    for (const sides of [{ master: first, mine: back }, { master: back, mine: first }]) expect(reviewOf(mergeRecords(sides).record.resource as Task)?.state).toBe('open')
    const again = revised(item, decided(item.resource, { choice: 'first' }, 'dr-abi', '2026-11-21T12:30:00Z'), 'A', clockOf('A', Date.UTC(2026, 10, 21, 18)).next())
    for (const sides of [{ master: first, mine: again }, { master: again, mine: first }]) expect(reviewOf(mergeRecords(sides).record.resource as Task)?.state).toBe('resolved')
  })

  test('a record deleted on the server is told of by one item, wherever it is noticed', () => {
    const later = revised(start, { gender: 'other' }, 'B', b.next())
    const [here, there] = [takenAwayRecordOf(start, 3), takenAwayRecordOf(later, 3)]
    expect(there.id).toBe(here.id)
    expect(takenAwayRecordOf(start, 5).id).not.toBe(here.id)
    expect(reviewOf(mergeRecords({ master: here, mine: there }).record.resource as Task)).toMatchObject({ about: 'taken-away', state: 'open', record: id })
    expect(choicesOf(reviewOf(here.resource) as Review, patient)).toEqual(['seen'])
  })
})

describe('other records', () => {
  test('an observation is never merged: what the centre has stands, the other is kept and shown', () => {
    const temperature = (value: number): Observation => ({ resourceType: 'Observation', id, status: 'final', code: { text: 'Temperature' }, valueQuantity: { value, unit: '°C' } })
    const master = made('Observation', temperature(37), 'A', a.next())
    const mine = made('Observation', temperature(39.5), 'B', b.next())
    const { record, clashes } = mergeRecords({ master, mine })
    expect(record.resource).toEqual(master.resource)
    expect(record).toMatchObject({ at: master.at, author: 'nurse-A', station: 'A' })
    expect(record.prior.map(({ resource }) => resource)).toEqual([mine.resource])
    expect(clashes).toMatchObject([{ field: '*' }])
  })

  test('reactions of an allergy add up, and the graver criticality stands until somebody decides', () => {
    const allergy: AllergyIntolerance = { resourceType: 'AllergyIntolerance', id, patient: { reference: 'Patient/x' }, code: { text: 'Penicillin' }, criticality: 'unable-to-assess' }
    const first = made('AllergyIntolerance', allergy, 'A', a.next())
    const master = revised(first, { criticality: 'low', reaction: [{ manifestation: [{ text: 'Rash' }] }] }, 'A', a.next())
    const mine = revised(first, { criticality: 'high', reaction: [{ manifestation: [{ text: 'Wheeze' }] }] }, 'B', b.next())
    const { record, clashes } = mergeRecords({ master, mine })
    expect(record.resource).toMatchObject({ criticality: 'high', reaction: [{ manifestation: [{ text: 'Rash' }] }, { manifestation: [{ text: 'Wheeze' }] }] })
    expect(clashes).toMatchObject([{ field: 'criticality' }])
  })

  test('the last password set is the password', () => {
    const basic = (text: string) => ({ resourceType: 'Basic' as const, id, code: { text } })
    const first = made('Basic', basic('0'), 'A', a.next())
    const [older, newer] = [revised(first, { code: { text: 'older' } }, 'A', a.next()), revised(first, { code: { text: 'newer' } }, 'B', clockOf('B', Date.UTC(2027, 0, 1)).next())]
    for (const sides of [{ master: older, mine: newer }, { master: newer, mine: older }]) expect(mergeRecords(sides)).toMatchObject({ clashes: [], record: { resource: { code: { text: 'newer' } } } })
  })

  test('a visit goes on to its end: nobody is asked because two people ended it', () => {
    const visit: Encounter = { resourceType: 'Encounter', id, status: 'in-progress', class: { code: 'AMB' }, period: { start: '2026-11-21T09:00:00Z' }, reasonCode: [{ text: 'Cough' }] }
    const first = made('Encounter', visit, 'A', a.next())
    const master = revised(first, { status: 'finished', period: { start: '2026-11-21T09:00:00Z', end: '2026-11-21T09:20:00Z' } }, 'A', a.next())
    const mine = revised(first, { status: 'finished', period: { start: '2026-11-21T08:55:00Z', end: '2026-11-21T09:30:00Z' }, reasonCode: [{ text: 'Cough' }, { text: 'Fever' }] }, 'B', b.next())
    expect(mergeRecords({ master, mine })).toMatchObject({
      clashes: [],
      record: { resource: { status: 'finished', period: { start: '2026-11-21T08:55:00Z', end: '2026-11-21T09:30:00Z' }, reasonCode: [{ text: 'Cough' }, { text: 'Fever' }] } },
    })
  })

  test('an order answered here and withdrawn there is asked about', () => {
    const order: ServiceRequest = { resourceType: 'ServiceRequest', id, status: 'active', intent: 'order', subject: { reference: 'Patient/x' } }
    const first = made('ServiceRequest', order, 'A', a.next())
    const sides = { master: revised(first, { status: 'completed' }, 'A', a.next()), mine: revised(first, { status: 'revoked' }, 'B', b.next()) }
    expect(mergeRecords(sides).clashes).toMatchObject([{ field: 'status' }])
  })

  test('series that two archives took in are counted together', () => {
    const series = (uid: string, numberOfInstances: number) => ({ uid, modality: { code: 'CT' }, numberOfInstances })
    const study = { resourceType: 'ImagingStudy' as const, id, status: 'available' as const, subject: {}, numberOfSeries: 1, numberOfInstances: 10, series: [series('1.1', 10)] }
    const first = made('ImagingStudy', study, 'A', a.next())
    const master = revised(first, { series: [series('1.1', 12), series('1.2', 5)], numberOfSeries: 2, numberOfInstances: 17 }, 'A', a.next())
    const mine = revised(first, { series: [series('1.1', 11), series('1.3', 4)], numberOfSeries: 2, numberOfInstances: 15 }, 'B', b.next())
    expect(mergeRecords({ master, mine })).toMatchObject({ clashes: [], record: { resource: { numberOfSeries: 3, numberOfInstances: 21 } } })
  })

  test('a study that stands on a chart stays there beside a copy that nobody has filed; between two charts a person decides', () => {
    const unfiled = { type: 'Patient', identifier: { value: 'P-7' } }
    const study = { resourceType: 'ImagingStudy' as const, id, status: 'available' as const, subject: unfiled }
    const first = made('ImagingStudy', study, 'A', a.next())
    const filed = revised(first, { subject: { reference: 'Patient/x' } }, 'A', a.next())
    const apart = made('ImagingStudy', { ...study, subject: { type: 'Patient', identifier: { value: 'unknown' } } }, 'B', clockOf('B', Date.UTC(2026, 10, 21, 20)).next())
    for (const sides of [{ master: filed, mine: apart }, { master: apart, mine: filed }]) expect(mergeRecords(sides)).toMatchObject({ clashes: [], record: { resource: { subject: { reference: 'Patient/x' } } } })
    const elsewhere = revised(first, { subject: { reference: 'Patient/y' } }, 'B', b.next())
    expect(mergeRecords({ master: filed, mine: elsewhere }).clashes).toMatchObject([{ field: 'subject' }])
    const takenOff = revised(filed, { subject: unfiled }, 'B', clockOf('B', Date.UTC(2026, 10, 21, 21)).next())
    expect(mergeRecords({ master: filed, mine: takenOff }).record.resource).toMatchObject({ subject: unfiled })
  })

  test('a new password does not bring back a role that was taken away meanwhile', () => {
    const part = (url: string, valueString: string) => ({ url, valueString })
    const basic = (role: string, password: string) => ({ resourceType: 'Basic' as const, id, code: { text: 'x' }, extension: [{ url: 'urn:outpost:credential', extension: [part('role', role), part('password', password)] }] })
    const first = made('Basic', basic('administrator', 'old'), 'A', a.next())
    const master = revised(first, basic('nurse', 'old'), 'A', a.next())
    const mine = revised(first, basic('administrator', 'new'), 'B', b.next())
    expect(mergeRecords({ master, mine }).record.resource).toEqual(basic('nurse', 'new'))
  })

  test('values read as words', () => {
    expect(valueInWords(patient.name as unknown as Json)).toBe('Ngozi Achebe')
    expect(valueInWords({ value: 37, unit: '°C' })).toBe('37 °C')
    expect(valueInWords(undefined)).toBe('')
  })
})

/** A server that takes a write only on top of what it has, and workstations that merge when it does not. */
const clinic = (stations: readonly string[]) => {
  let server: Envelope<'Patient'> = start
  const reviews = new Map<string, Envelope<'Task'>>()
  const written: { field: string; value: string }[] = []
  const workstations = stations.map((station, place) => {
    const clock = clockOf(station, Date.UTC(2026, 10, 21, 12 + ((place * 7) % 5)))
    clock.observe(start.at)
    let [mine, assumed] = [start, start]
    return {
      edit(field: 'birthDate' | 'gender' | 'family' | 'given' | 'phone', value: string) {
        written.push({ field, value })
        clock.observe(mine.at)
        const name = mine.resource.name?.[0] ?? { use: 'official' as const }
        const change: Partial<Patient> =
          field === 'family' ? { name: [{ ...name, family: value }] } : field === 'given' ? { name: [{ ...name, given: [value] }] } : field === 'phone' ? { telecom: [{ system: 'phone', value }] } : { [field]: value }
        mine = revised(mine, change, station, clock.next())
      },
      sync() {
        if (saysTheSame(mine, assumed)) mine = server
        else if (!saysTheSame(server, assumed)) {
          const merged = mergeRecords({ master: server, mine, assumed })
          for (const clash of merged.clashes) {
            const item = reviewRecordOf(merged.record, clash)
            const known = reviews.get(item.id)
            if (known) expect(item).toEqual(known)
            reviews.set(item.id, item)
          }
          mine = merged.record as Envelope<'Patient'>
        }
        server = mine
        assumed = server
        clock.observe(server.at)
      },
      get record() {
        return mine
      },
    }
  })
  return { workstations, reviews, written, server: () => server }
}

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ who: fc.nat(2), field: fc.constantFrom('birthDate', 'gender', 'family', 'given', 'phone') }) },
  { weight: 2, arbitrary: fc.record({ who: fc.nat(2), field: fc.constant('sync' as const) }) },
)

test(`whatever the order of edits and merges, all workstations end alike and no value is lost (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), (steps, order) => {
      const { workstations, reviews, written, server } = clinic(['A', 'B', 'C'])
      steps.forEach(({ who, field }, count) => {
        const workstation = workstations[who]
        if (field === 'sync') workstation?.sync()
        else workstation?.edit(field, `v${count}`)
      })
      for (const place of [...order, ...order]) workstations[place]?.sync()
      for (const { record } of workstations) expect(saysTheSame(record, server())).toBe(true)
      const record = server()
      const everything = canonical([record.resource, record.prior] as unknown as Json)
      for (const { value } of written) expect(everything).toContain(`"${value}"`)
      expect(new Set(record.prior.map(({ at }) => at)).size).toBe(record.prior.length)
      for (const { at } of record.prior) expect(at < record.at).toBe(true)
      for (const item of reviews.values()) expect(reviewOf(item.resource)?.values).toHaveLength(2)
    }),
    { seed, numRuns: 300 },
  )
})

test(`two workstations: a value either stands, was replaced by someone who had seen it, or is in a review item (seed ${seed})`, () => {
  const fields = fc.constantFrom('birthDate', 'family', 'given', 'phone' as const)
  fc.assert(
    fc.property(fc.array(fields, { minLength: 1, maxLength: 4 }), fc.array(fields, { minLength: 1, maxLength: 4 }), (first, second) => {
      const { workstations, reviews, server } = clinic(['A', 'B'])
      const last = [new Map<string, string>(), new Map<string, string>()]
      ;[first, second].forEach((edits, who) =>
        edits.forEach((field, count) => {
          workstations[who]?.edit(field, `${'ab'[who]}${count}`)
          last[who]?.set(field, `${'ab'[who]}${count}`)
        }),
      )
      for (const place of [0, 1, 0]) workstations[place]?.sync()
      const standing = canonical(server().resource as unknown as Json)
      const asked = [...reviews.values()].map((item) => canonical(item.resource.input as unknown as Json)).join()
      for (const values of last) for (const value of values.values()) expect(standing.includes(`"${value}"`) || asked.includes(value)).toBe(true)
      const both = [...(last[0]?.keys() ?? [])].filter((field) => last[1]?.has(field))
      expect(reviews.size).toBe(both.length)
    }),
    { seed, numRuns: 300 },
  )
})

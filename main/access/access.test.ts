import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { atFullCost, hashQuickly } from '../../shared/testing/quickScrypt'
import { openReplica, type Replica } from '../replica'
import { type Access, type Clock, foundPractice, openAccess } from './index'

hashQuickly()

const practice = '01ARZ3NDEKTSV4RRFFQ69G5FAV'
const patient = '01BX5ZZKBKACTAV9WEVGEMMVRZ'
const minute = 60_000

/** A clock that is moved by hand; what is due runs as it moves. */
const handClock = (startsAt: number): Clock & { advance(ms: number): void } => {
  let now = startsAt
  let timers: { at: number; run: () => void }[] = []
  return {
    now: () => now,
    after: (delayMs, run) => {
      const timer = { at: now + delayMs, run }
      timers.push(timer)
      return () => {
        timers = timers.filter((each) => each !== timer)
      }
    },
    advance: (ms) => {
      const end = now + ms
      for (;;) {
        const due = timers.filter((each) => each.at <= end).sort((left, right) => left.at - right.at)[0]
        if (!due) break
        timers = timers.filter((each) => each !== due)
        now = due.at
        due.run()
      }
      now = end
    },
  }
}

let folder: string
let replica: Replica
let access: Access
let clock: ReturnType<typeof handClock>
let told: string[]
const key = new Uint8Array(randomBytes(32))

const start = async (training = false): Promise<void> => {
  replica = await openReplica({ folder, key, practice, station: 'A', now: clock.now })
  access = await openAccess({ replica, training, clock, announce: (connection, event) => told.push(`${connection} ${event.state}`) })
}

const stop = async (): Promise<void> => {
  await access.close()
  await replica.close()
}

const hire = async (user: string, role: 'nurse' | 'doctor', pin?: string): Promise<string> => {
  const added = await access.addStaff({ name: `Sister ${user}`, user, role, password: `${user}-password`, pin }, 'system')
  if (!added.ok) throw new Error(added.problem.kind)
  return added.value.practitioner
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outpost-access-'))
  clock = handClock(Date.parse('2026-11-21T08:00:00Z'))
  told = []
  await start()
})

afterEach(async () => {
  await stop()
  await rm(folder, { recursive: true, force: true })
})

describe('signing in', () => {
  it('lets a nurse in by password, and says what she may do', async () => {
    const practitioner = await hire('amina', 'nurse')
    const answer = await access.signIn('window-1', ' Amina ', 'amina-password')
    expect(answer).toMatchObject({ ok: true, value: { practitioner, user: 'amina', name: 'Sister amina', role: 'nurse', locked: false } })
    expect(answer.ok && answer.value.actions).toContain('vitals.write')
    expect(access.signedIn('window-1')).toMatchObject({ state: 'open', session: { practitioner } })
    expect(access.signedIn('window-2')).toEqual({ state: 'none' })
  })

  it('answers a wrong password and an unknown user alike, after the same work', async () => {
    await hire('amina', 'nurse')
    const time = async (user: string) => {
      const began = performance.now()
      expect(await access.signIn('w', user, 'wrong-password')).toEqual({ ok: false, problem: { kind: 'wrong-credentials', facts: {} } })
      return performance.now() - began
    }
    /** The quickest of a few: what else the machine does makes one try slow. */
    const quickest = async (user: string) => Math.min(await time(user), await time(user), await time(user))
    const [known, unknown] = [await quickest('amina'), await quickest('nobody')]
    expect(unknown).toBeGreaterThan(known / 4)
  })

  it('switches by PIN, and the one who was there is gone', async () => {
    const amina = await hire('amina', 'nurse', '4711')
    const ben = await hire('ben', 'doctor', '080808')
    await access.signInByPin('w', amina, '4711')
    const before = access.signedIn('w')
    expect(await access.signInByPin('w', ben, '080808')).toMatchObject({ ok: true, value: { role: 'doctor' } })
    const after = access.signedIn('w')
    expect(after).toMatchObject({ state: 'open', session: { practitioner: ben } })
    expect(before.state === 'open' && after.state === 'open' && before.session.id !== after.session.id).toBe(true)
  })

  it('lets nobody in by PIN who has none', async () => {
    const amina = await hire('amina', 'nurse')
    expect(await access.signInByPin('w', amina, '0000')).toMatchObject({ ok: false, problem: { kind: 'wrong-credentials' } })
    expect(await access.signInByPin('w', patient, '0000')).toMatchObject({ ok: false, problem: { kind: 'wrong-credentials' } })
  })

  it('locks an account out after five wrong passwords or PINs, says until when, and forgives nothing at a restart', async () => {
    const amina = await hire('amina', 'nurse', '4711')
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      const answer = attempt % 2 ? await access.signIn('w', 'amina', 'guess-guess') : await access.signInByPin('w', amina, '9999')
      expect(answer).toMatchObject({ problem: { kind: 'wrong-credentials' } })
    }
    const until = new Date(clock.now() + 15 * minute).toISOString()
    expect(await access.signIn('w', 'amina', 'guess-guess')).toEqual({ ok: false, problem: { kind: 'locked-out', facts: { until } } })
    expect(await access.signIn('w', 'amina', 'amina-password')).toMatchObject({ problem: { kind: 'locked-out', facts: { until } } })
    expect(await access.signInByPin('other-window', amina, '4711')).toMatchObject({ problem: { kind: 'locked-out' } })

    await access.close()
    access = await openAccess({ replica, training: false, clock, announce: () => undefined })
    expect(await access.signIn('w', 'amina', 'amina-password')).toMatchObject({ problem: { kind: 'locked-out' } })
    clock.advance(15 * minute + 1)
    expect(await access.signIn('w', 'amina', 'amina-password')).toMatchObject({ ok: true })
  })

  it('counts guesses that come all at once', async () => {
    const amina = await hire('amina', 'nurse', '4711')
    const guesses = Array.from({ length: 8 }, (_each, index) => access.signInByPin(`w${index}`, amina, String(1000 + index)))
    const kinds = (await Promise.all(guesses)).map((answer) => (answer.ok ? 'in' : answer.problem.kind))
    expect(kinds.filter((kind) => kind === 'wrong-credentials')).toHaveLength(4)
    expect(kinds.filter((kind) => kind === 'locked-out')).toHaveLength(4)
  })

  it('begins to count anew after a right password', async () => {
    await hire('amina', 'nurse')
    for (let round = 0; round < 2; round += 1) {
      for (let attempt = 0; attempt < 3; attempt += 1) await access.signIn('w', 'amina', 'guess-guess')
      expect((await access.signIn('w', 'amina', 'amina-password')).ok).toBe(true)
    }
  })

  it('does not block other work while a password is hashed', async () => {
    let ticks = 0
    await atFullCost(async () => {
      await hire('amina', 'nurse')
      const ticking = setInterval(() => (ticks += 1), 2)
      await access.signIn('w', 'amina', 'amina-password')
      clearInterval(ticking)
    })
    expect(ticks).toBeGreaterThan(3)
  })

  it.each(['__proto__', 'constructor', '', '\u0000', 'a'.repeat(200), '{"$gt":""}'])('takes the user name %j for a wrong one', async (user) => {
    expect(await access.signIn('w', user, 'x')).toMatchObject({ ok: false, problem: { kind: 'wrong-credentials' } })
  })
})

describe('people', () => {
  it('lists who may sign in without anything to sign in with', async () => {
    await hire('amina', 'nurse', '4711')
    await hire('ben', 'doctor')
    const choices = await access.signInChoices()
    expect(choices.map(({ user, role, hasPin }) => [user, role, hasPin])).toEqual([['amina', 'nurse', true], ['ben', 'doctor', false]])
    expect(JSON.stringify(choices)).not.toMatch(/password|salt|hash|4711/)
  })

  it('gives a user name once, also to two administrators at the same moment', async () => {
    const both = await Promise.all([1, 2].map(() => access.addStaff({ name: 'Sister', user: 'amina', role: 'nurse', password: 'password-1' }, 'system')))
    // Which of the two comes first is a matter of whose hash was done first.
    expect(both.filter((each) => each.ok)).toHaveLength(1)
    expect(both.find((each) => !each.ok)).toMatchObject({ problem: { kind: 'name-taken' } })
    expect((await access.signInChoices()).filter(({ user }) => user === 'amina')).toHaveLength(1)
  })

  it('shows a training password in a training practice only', async () => {
    await stop()
    await start(true)
    await access.addStaff({ name: 'Sister', user: 'amina', role: 'nurse', password: 'training-1' }, 'system', true)
    expect(await access.signInChoices()).toMatchObject([{ user: 'amina', trainingPassword: 'training-1' }])
    await access.close()
    access = await openAccess({ replica, training: false, clock, announce: () => undefined })
    expect((await access.signInChoices())[0]).not.toHaveProperty('trainingPassword')
    await access.addStaff({ name: 'Brother', user: 'ben', role: 'nurse', password: 'secret-secret' }, 'system', true)
    const basics = await replica.records.find('Basic')
    expect(JSON.stringify(basics)).not.toContain('secret-secret')
  })
})

describe('a new practice', () => {
  it('begins with its letterhead and one administrator, also when founding it was cut off and repeated', async () => {
    const founding = {
      replica,
      practice: { id: practice, name: 'Clinic', training: false },
      letterhead: { name: 'Clinic', address: '12 Hillside', phone: '07700 900000', email: '' },
      administrator: { name: 'Meera Nair', user: 'meera', password: 'long-enough' },
      now: clock.now,
    }
    await foundPractice(founding)
    await foundPractice(founding)
    expect(await access.signInChoices()).toMatchObject([{ user: 'meera', name: 'Meera Nair', role: 'administrator', hasPin: false }])
    expect((await access.signIn('w', 'meera', 'long-enough')).ok).toBe(true)
    const organizations = await replica.records.find('Organization')
    expect(organizations.map((each) => each.resource)).toMatchObject([{ name: 'Clinic', address: [{ text: '12 Hillside' }], telecom: [{ system: 'phone', value: '07700 900000' }] }])
  })
})

describe('an idle window', () => {
  it('locks after three minutes, tells that window, and only that one', async () => {
    await hire('amina', 'nurse')
    await access.signIn('one', 'amina', 'amina-password')
    clock.advance(2 * minute)
    await access.signIn('two', 'amina', 'amina-password')
    clock.advance(minute - 1)
    expect(access.signedIn('one').state).toBe('open')
    clock.advance(1)
    expect(access.signedIn('one')).toEqual({ state: 'locked' })
    expect(access.signedIn('two').state).toBe('open')
    expect(told).toEqual(['one locked'])
    expect(access.whoAmI('one')).toMatchObject({ user: 'amina', locked: true })
    expect((await access.audit.read({ limit: 1 })).lines).toMatchObject([{ action: 'lock', who: 'Sister amina' }])
  })

  it('stays open while somebody works on it', async () => {
    await hire('amina', 'nurse')
    await access.signIn('w', 'amina', 'amina-password')
    for (let round = 0; round < 10; round += 1) {
      clock.advance(2 * minute)
      access.touch('w')
    }
    expect(access.signedIn('w').state).toBe('open')
    clock.advance(3 * minute)
    expect(access.signedIn('w').state).toBe('locked')
  })

  it('is not unlocked by being touched, but by signing in', async () => {
    const amina = await hire('amina', 'nurse', '4711')
    await access.signIn('w', 'amina', 'amina-password')
    await access.lock('w')
    access.touch('w')
    clock.advance(10)
    expect(access.signedIn('w').state).toBe('locked')
    await access.signInByPin('w', amina, '4711')
    expect(access.signedIn('w').state).toBe('open')
    expect(told).toEqual([])
  })

  it('forgets a window that closed', async () => {
    await hire('amina', 'nurse')
    await access.signIn('w', 'amina', 'amina-password')
    await access.closeConnection('w')
    clock.advance(10 * minute)
    expect(access.signedIn('w')).toEqual({ state: 'none' })
    expect(access.whoAmI('w')).toBeNull()
    expect(told).toEqual([])
  })
})

describe('the audit trail', () => {
  it('tells who did what to whom, newest first, failed sign-ins included', async () => {
    const amina = await hire('amina', 'nurse')
    await access.signIn('w', 'amina', 'guess-guess')
    await access.signIn('w', 'somebody typed a password here', 'x')
    const session = await access.signIn('w', 'amina', 'amina-password')
    expect(session.ok).toBe(true)
    await access.audit.write({ session: { practitioner: amina }, action: 'readChart', patient, outcome: 'done' })
    const { lines, intact } = await access.audit.read({ limit: 100 })
    expect(intact).toBe(true)
    expect(lines.map((line) => [line.who, line.action, line.outcome, line.patient])).toEqual([
      ['Sister amina', 'readChart', 'done', patient],
      ['Sister amina', 'signIn', 'done', undefined],
      ['', 'signIn', 'refused', undefined],
      ['Sister amina', 'signIn', 'refused', undefined],
    ])
    expect(JSON.stringify(await replica.records.find('AuditEvent'))).not.toContain('somebody')
  })

  it('is read by patient, by day and to a limit', async () => {
    for (let day = 0; day < 3; day += 1) {
      await access.audit.write({ session: null, action: 'readChart', patient: day === 1 ? patient : undefined, outcome: 'done' })
      clock.advance(24 * 60 * minute)
    }
    expect((await access.audit.read({ patient, limit: 10 })).lines).toHaveLength(1)
    await access.audit.write({ session: null, action: 'listReviewItems', patient: 'somebody', also: [`Patient/${patient}`, 'Task/x'], outcome: 'done' })
    expect((await access.audit.read({ patient, limit: 10 })).lines.map(({ action }) => action)).toEqual(['listReviewItems', 'readChart'])
    expect((await access.audit.read({ day: '2026-11-22', limit: 10 })).lines).toHaveLength(1)
    expect((await access.audit.read({ limit: 2 })).lines).toHaveLength(2)
  })

  it('holds when fifty entries are written at once, and over a restart', async () => {
    await Promise.all(Array.from({ length: 50 }, () => access.audit.write({ session: null, action: 'signIn', outcome: 'refused' })))
    await access.close()
    access = await openAccess({ replica, training: false, clock, announce: () => undefined })
    await access.audit.write({ session: null, action: 'signIn', outcome: 'refused' })
    const { lines, intact } = await access.audit.read({ limit: 100 })
    expect(lines).toHaveLength(51)
    expect(intact).toBe(true)
  })

  const change = async (edit: (documents: { id: string }[]) => Promise<void>): Promise<boolean> => {
    for (let entry = 0; entry < 5; entry += 1) await access.audit.write({ session: null, action: 'readChart', patient, outcome: 'done' })
    expect((await access.audit.read({ limit: 1 })).intact).toBe(true)
    const entries = await replica.records.find('AuditEvent', { sort: { by: 'at', order: 'ascending' } })
    await edit(entries)
    return (await access.audit.read({ limit: 1 })).intact
  }

  it.each([0, 2, 4])('notices that entry %d of five is missing', async (index) => {
    expect(
      await change(async (entries) => {
        await replica.collection.findOne(entries[index]?.id).remove()
      }),
    ).toBe(false)
  })

  it('notices that an entry was changed, or its patient taken out', async () => {
    expect(
      await change(async (entries) => {
        const document = await replica.collection.findOne(entries[1]?.id).exec(true)
        await document.incrementalModify((data) => {
          const { entity: _entity, ...rest } = data.resource as { entity?: unknown }
          return { ...data, resource: rest as typeof data.resource }
        })
      }),
    ).toBe(false)
  })

  it('does not mind that a server stored the fields in another order', async () => {
    expect(
      await change(async (entries) => {
        const document = await replica.collection.findOne(entries[1]?.id).exec(true)
        await document.incrementalModify((data) => ({ ...data, resource: Object.fromEntries(Object.entries(data.resource).reverse()) as unknown as typeof data.resource }))
      }),
    ).toBe(true)
  })
})

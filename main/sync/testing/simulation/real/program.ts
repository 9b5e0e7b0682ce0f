import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createHub } from '../../../../../hub'
import { openReplica } from '../../../../replica'
import { openRelay } from '../../../relay/relay'
import { openSync } from '../../..'
import { doSomething } from '../acts'
import { adminUser, clinicUser } from '../centre'
import { chanceFrom } from '../chance'
import { contentOf } from '../clinic'
import { practice } from '../simulate'
import { followPeople } from '../workstation'
import type { Role, Said, Told } from './said'

/*
 * One machine of a clinic, as a process of its own: a workstation at which somebody works, a server, or what joins two of them. What
 * it has to say goes to standard output, what it is told comes from standard input, line by line.
 */
const role = JSON.parse(process.argv[2] ?? '{}') as Role
const say = (said: Said): void => void writeSync(1, `${JSON.stringify(said)}\n`)
const fault = (what: string): void => say({ say: 'fault', what })
const listen = (hear: (told: Told) => Promise<void> | void): void => {
  createInterface({ input: process.stdin })
    .on('line', (line) => void Promise.resolve(hear(JSON.parse(line) as Told)).catch((error: unknown) => fault(String(error))))
    .on('close', () => process.exit(0))
}
/** Impatient: a minute here stands for a day. */
const pauses = { firstPauseMs: 100, longestPauseMs: 1_000, silenceMs: 4_000 }

const serve = async ({ folder, port }: Extract<Role, { role: 'server' }>): Promise<void> => {
  const hub = await createHub({ folder, key: new Uint8Array(32).fill(5), port })
  if (hub.isNew) {
    const database = await hub.createPracticeDatabase(practice)
    await hub.addUser({ name: clinicUser.user, password: clinicUser.password, databases: [database] })
    await hub.addUser({ name: adminUser.user, password: adminUser.password, admin: true })
  }
  listen(() => undefined)
}

const join = ({ hub, centre, epoch }: Extract<Role, { role: 'relay' }>): void => {
  const relay = openRelay({
    name: 'hub-of-the-clinic', hub: { url: hub, ...clinicUser }, centre, practice, pauses,
    ...(epoch === undefined ? {} : { epoch }),
    met: async (there) => say({ say: 'met', epoch: there }),
    changed: () => undefined,
    log: fault,
  })
  listen(() => {
    const { link, toCentre, fromCentre } = relay.state()
    say({ say: 'relay', isInStep: link === 'online' && toCentre === 0 && fromCentre === 0, state: JSON.stringify(relay.state()) })
  })
}

const work = async ({ folder, name, station, seed, skewMs, paceMs, server }: Extract<Role, { role: 'workstation' }>): Promise<void> => {
  const now = (): number => Date.now() + skewMs
  const replica = await openReplica({ folder, key: new Uint8Array(32).fill(name.charCodeAt(0)), practice: practice.id, station, now })
  followPeople(replica, (envelope) => say({ say: 'wrote', station, envelope }))
  const sync = await openSync({ replica, practice, announce: () => undefined, now, pauses, log: (line) => / sent again and /.test(line) || fault(`${name}: ${line}`) })
  let wanted: Told & { do: 'use' } = { do: 'use', server }
  let isResting = false
  const settle = async (): Promise<void> => {
    while (sync.state().server !== wanted.server.url) {
      await sync.configure(wanted.server)
      await new Promise((next) => setTimeout(next, 200))
    }
  }
  void settle()
  listen(async (told) => {
    if (told.do === 'use') {
      wanted = told
      await settle()
    } else if (told.do === 'rest') isResting = true
    else if (told.do === 'say') say({ say: 'state', state: sync.state(), records: [...(await contentOf({ replica })).values()] })
    else {
      await sync.close()
      await replica.close()
      process.exit(0)
    }
  })
  const chance = chanceFrom(seed)
  for (;;) {
    await new Promise((next) => setTimeout(next, chance.between(0, 2 * paceMs)))
    if (!isResting) await doSomething({ name: station, records: replica.records, sync, chance })
  }
}

process.on('unhandledRejection', (reason) => fault(`nobody handled: ${String((reason as Error | undefined)?.stack ?? reason)}`))
const run = async (): Promise<void> => {
  if (role.role === 'server') await serve(role)
  else if (role.role === 'relay') join(role)
  say({ say: 'up' })
  if (role.role === 'workstation') await work(role)
}
run().catch((error: unknown) => {
  // What is being done while the practice is closed is not done.
  if ((error as Error).message !== 'the replica is closed') fault(String((error as Error).stack))
})

import { resolve } from 'node:path'
import type { Answer, AskOf } from '../shared/contract'
import { option, UsageProblem, type Call } from './command'
import { openHost } from './open'

/** What a first run needs and may not stand in the arguments: those can be read by every user of the computer. */
const secret = (name: string): string => {
  const value = process.env[name]
  if (!value) throw new UsageProblem(`${name} is not set`)
  return value
}
const needed = (call: Call, name: string): string => {
  const value = option(call, name)
  if (value === undefined) throw new UsageProblem(`--${name} is needed`)
  return value
}

/** Asks an empty data folder for a practice, says its recovery code once, and closes it again. */
const makePractice = async (call: Call, name: 'createPractice' | 'joinPracticeAtHub', ask: AskOf<'createPractice'> | AskOf<'joinPracticeAtHub'>): Promise<number> => {
  const { host, close } = openHost(resolve(needed(call, 'data')), (line) => console.error(line))
  try {
    await host.start()
    const said = await host.connect('command line', () => undefined).handle({ call: 1, request: name, practice: null, ask, byPerson: true })
    const made = said?.answer as Answer<{ practice: { id: string; name: string }; recoveryCode: string }> | undefined
    if (!made?.ok) {
      console.error(`outpost ${call.words[0] ?? ''}: ${made?.problem.kind ?? 'internal'}`.replace(' :', ':'))
      return 1
    }
    const { practice, recoveryCode } = made.value
    if (call.options['json']) console.log(JSON.stringify({ practice, recoveryCode }, null, 2))
    else console.log(`Practice       ${practice.name}\nRecovery code  ${recoveryCode}   (shown once; print it and lock it away)`)
    return 0
  } finally {
    await close()
  }
}

/** The first workstation of a practice, without a window. */
export const create = {
  usage: 'create --data DIR --name NAME --station A --user USER',
  about: 'make a practice and its administrator (OUTPOST_PASSPHRASE, OUTPOST_PASSWORD)',
  run: (call: Call): Promise<number> => {
    const user = needed(call, 'user')
    return makePractice(call, 'createPractice', {
      name: needed(call, 'name'), address: '', phone: '', email: '', stationPrefix: needed(call, 'station'), passphrase: secret('OUTPOST_PASSPHRASE'),
      administrator: { name: option(call, 'person') ?? user, user, password: secret('OUTPOST_PASSWORD') },
    })
  },
}

/** A further workstation, without a window. */
export const join = {
  usage: 'join --data DIR --hub ADDRESS --station B',
  about: 'take over the practice of a hub (OUTPOST_JOIN_CODE, OUTPOST_PASSPHRASE)',
  run: (call: Call): Promise<number> =>
    makePractice(call, 'joinPracticeAtHub', { address: needed(call, 'hub'), code: secret('OUTPOST_JOIN_CODE'), stationPrefix: needed(call, 'station'), passphrase: secret('OUTPOST_PASSPHRASE') }),
}

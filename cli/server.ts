import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readPracticeFile } from '../main/access'
import {
  backUpCentre, CentreProblem, inviteStation, listStations, openCouch, prepare, provision, removeExpired, restoreCentre, revokeStation, verifyCentreBackup, type Couch, type CopyReport, type Step,
} from '../server'
import { option, UsageProblem, type Call } from './command'

/** What an action says: lines for a person, and the same as one value for `--json`. */
interface Said {
  readonly lines: readonly string[]
  readonly json: unknown
}

/** One action of `outpost server`. */
interface Action {
  readonly usage: string
  readonly about: string
  run(call: Call): Promise<Said>
}

const required = (call: Call, name: string): string => {
  const value = option(call, name)
  if (value === undefined) throw new UsageProblem(`server needs --${name}`)
  return value
}

/** The server that is administered; its password comes from the environment, where other users of the computer do not see it. */
const couchOf = (call: Call): Couch => {
  const password = process.env['OUTPOST_SERVER_PASSWORD']
  if (password === undefined) throw new UsageProblem('the administrator of the server is OUTPOST_SERVER_USER (default admin) with OUTPOST_SERVER_PASSWORD')
  return openCouch({ url: option(call, 'url') ?? 'http://127.0.0.1:5984', user: process.env['OUTPOST_SERVER_USER'] ?? 'admin', password })
}

const passphrase = (): string => {
  const secret = process.env['OUTPOST_BACKUP_PASSPHRASE']
  if (secret === undefined || secret.length < 12) throw new UsageProblem('OUTPOST_BACKUP_PASSPHRASE seals the backup: at least 12 characters')
  return secret
}

/** The practice that is meant: said by id and name, or read from a workstation's data folder. */
const practiceOf = async (call: Call): Promise<{ readonly id: string; readonly name: string; readonly training: boolean; readonly station?: string }> => {
  const folder = option(call, 'data')
  if (folder !== undefined) {
    const file = await readPracticeFile(resolve(folder))
    if (!file.ok || !file.value) throw new CentreProblem('not-found', 'there is no practice in this folder')
    return { ...file.value.practice, station: file.value.station }
  }
  const id = required(call, 'practice').toUpperCase()
  if (!/^[0-9A-HJKMNP-TV-Z]{26}$/.test(id)) throw new UsageProblem('--practice is the id of a practice, 26 letters and digits')
  return { id, name: option(call, 'name') ?? '', training: call.options['training'] === true }
}

const stationsIn = (text = ''): string[] => text.split(',').map((each) => each.trim().toUpperCase()).filter(Boolean)

const stepLines = (steps: readonly Step[]): string[] => steps.map(({ what, outcome }) => `${outcome.padEnd(8)} ${what}`)
const copyLines = ({ databases }: CopyReport): string[] => databases.map(({ name, documents }) => `${String(documents).padStart(8)} ${name}`)

const provisioned = async (call: Call): Promise<Step[]> => {
  const practice = await practiceOf(call)
  if (practice.name === '') throw new UsageProblem('server provision needs --name')
  const oldest = option(call, 'oldest-schema')
  const named = option(call, 'stations')
  const stations = named === 'any' ? named : [...stationsIn(named), ...(practice.station === undefined ? [] : [practice.station])]
  return provision(couchOf(call), { ...practice, stations, ...(oldest === undefined ? {} : { oldestSchema: Number(oldest) }) })
}

const deployFolder = (): string | undefined => [join(__dirname, '../../server/deploy'), join(__dirname, '../server/deploy')].find((folder) => existsSync(folder))

const prepared = async (call: Call) => {
  const [folder] = call.words.slice(1)
  if (folder === undefined) throw new UsageProblem('server prepare needs a folder')
  const nodes = Number(option(call, 'nodes') ?? 1)
  if (nodes !== 1 && nodes !== 3) throw new UsageProblem('--nodes is 1 or 3')
  return { folder: resolve(folder), ...(await prepare(deployFolder() ?? '', resolve(folder), { host: option(call, 'host') ?? 'localhost', tls: option(call, 'tls') ?? 'internal', nodes })) }
}

const adminLines = (admin: { readonly user: string; readonly password: string } | undefined): string[] =>
  admin ? [`administrator ${admin.user}`, `password      ${admin.password}   (shown once; write it down)`] : []

const docker = (folder: string, ...words: string[]): Promise<void> =>
  new Promise((done, failed) => {
    const child = spawn('docker', ['compose', '--project-directory', folder, ...words], { stdio: ['ignore', 'inherit', 'inherit'] })
    child.on('error', () => failed(new CentreProblem('not-found', 'docker is not installed here')))
    child.on('exit', (status) => (status === 0 ? done() : failed(new CentreProblem('answered', `docker compose ${words[0]} ended with ${status}`))))
  })

/** Until the server answers: a first start takes a while. */
const awaitServer = async (couch: Couch, seconds: number): Promise<void> => {
  for (const end = Date.now() + seconds * 1000; ; ) {
    try {
      return void (await couch.must('GET', '/_up'))
    } catch (error) {
      if (!(error instanceof CentreProblem) || error.kind === 'refused' || Date.now() > end) throw error
      await new Promise((next) => setTimeout(next, 1000))
    }
  }
}

const actions: Record<string, Action> = {
  up: {
    usage: 'up FOLDER --host NAME [--tls MAIL|internal] [--nodes 3] --practice ID --name NAME | --data DIR',
    about: 'make the folder, start it with docker compose, provision the practice; a second run changes nothing',
    run: async (call) => {
      const { folder, admin, made } = await prepared(call)
      if (admin) process.env['OUTPOST_SERVER_PASSWORD'] = admin.password
      // Before anything can go wrong: it is shown once.
      for (const line of adminLines(admin)) console.error(line)
      await docker(folder, 'up', '--detach')
      await awaitServer(couchOf(call), 120)
      const steps = await provisioned(call)
      return { lines: [...made.map((name) => `made     ${name}`), ...stepLines(steps)], json: { folder, made, steps } }
    },
  },
  prepare: {
    usage: 'prepare FOLDER --host NAME [--tls MAIL|internal] [--nodes 3]',
    about: 'make a folder with everything that docker compose needs, secrets included',
    run: async (call) => {
      const { folder, made, admin } = await prepared(call)
      return { lines: [...made.map((name) => `made     ${name}`), ...adminLines(admin)], json: { folder, made, ...(admin ? { admin } : {}) } }
    },
  },
  provision: {
    usage: 'provision --practice ID --name NAME | --data DIR [--stations A,B|any] [--oldest-schema N] [--training]',
    about: 'databases, members and rules of a practice; a second run changes nothing',
    run: async (call) => {
      const steps = await provisioned(call)
      return { lines: stepLines(steps), json: { changed: steps.some(({ outcome }) => outcome !== 'same'), steps } }
    },
  },
  enrol: {
    usage: 'enrol --practice ID --station B [--label TEXT] [--minutes 10] [--public-url URL] [--again]',
    about: 'let a workstation in: an account whose password is good once, and not for long',
    run: async (call) => {
      const { id } = await practiceOf(call)
      const minutes = Number(option(call, 'minutes') ?? 10)
      if (!(minutes > 0 && minutes <= 14 * 24 * 60)) throw new UsageProblem('--minutes is a number, up to two weeks')
      const invitation = await inviteStation(couchOf(call), {
        practice: id, station: required(call, 'station').toUpperCase(), label: option(call, 'label'), minutes, again: call.options['again'] === true, url: option(call, 'public-url'), now: Date.now(),
      })
      const { url, user, password, until } = invitation
      return { lines: [`address   ${url}`, `user      ${user}`, `password  ${password}`, `good until ${until}, once`], json: invitation }
    },
  },
  stations: {
    usage: 'stations --practice ID',
    about: 'the workstations that have an account',
    run: async (call) => {
      const { id } = await practiceOf(call)
      const stations = await listStations(couchOf(call), id, Date.now())
      return { lines: stations.map(({ station, state, since, label = '' }) => `${station.padEnd(4)} ${state.padEnd(8)} ${since}  ${label}`), json: stations }
    },
  },
  revoke: {
    usage: 'revoke --practice ID --station B',
    about: 'shut a workstation out at once; what it wrote stays',
    run: async (call) => {
      const { id } = await practiceOf(call)
      const station = required(call, 'station').toUpperCase()
      await revokeStation(couchOf(call), id, station)
      return { lines: [`workstation ${station} is shut out`], json: { station } }
    },
  },
  tidy: {
    usage: 'tidy --practice ID',
    about: 'remove accounts whose code nobody used in time',
    run: async (call) => {
      const { id } = await practiceOf(call)
      const removed = await removeExpired(couchOf(call), id, Date.now())
      return { lines: removed.map((station) => `removed  ${station}`), json: { removed } }
    },
  },
  backup: {
    usage: 'backup FOLDER [--database NAME]',
    about: 'copy what has changed in all practices since the last time; sealed with OUTPOST_BACKUP_PASSPHRASE',
    run: async (call) => {
      const report = await backUpCentre(couchOf(call), folderOf(call), passphrase(), { only: option(call, 'database') })
      return { lines: copyLines(report), json: report }
    },
  },
  'verify-backup': {
    usage: 'verify-backup FOLDER',
    about: 'read a backup of the centre to its end',
    run: async (call) => {
      const report = await verifyCentreBackup(folderOf(call), passphrase())
      return { lines: copyLines(report), json: report }
    },
  },
  restore: {
    usage: 'restore FOLDER [--database NAME]',
    about: 'put a backup on a server that has none of it',
    run: async (call) => {
      const report = await restoreCentre(couchOf(call), folderOf(call), passphrase(), option(call, 'database'))
      return { lines: copyLines(report), json: report }
    },
  },
}

const folderOf = (call: Call): string => {
  const [, folder] = call.words
  if (folder === undefined) throw new UsageProblem(`server ${call.words[0]} needs a folder`)
  return resolve(folder)
}

/** Sets up and looks after the centre. */
export const server = {
  usage: 'server ACTION [--url URL]',
  about: `set up and look after the centre: ${Object.keys(actions).join(', ')}`,
  run: async (call: Call): Promise<number> => {
    const [name] = call.words
    const action = name !== undefined && Object.hasOwn(actions, name) ? actions[name] : undefined
    if (!action) throw new UsageProblem(['server needs an action:', ...Object.values(actions).map(({ usage, about }) => `  server ${usage}\n      ${about}`)].join('\n'))
    try {
      const { lines, json } = await action.run(call)
      console.log(call.options['json'] ? JSON.stringify(json, null, 2) : lines.join('\n'))
      return 0
    } catch (error) {
      if (!(error instanceof CentreProblem)) throw error
      console.error(`outpost server ${name}: ${error.message}`)
      return 1
    }
  },
}

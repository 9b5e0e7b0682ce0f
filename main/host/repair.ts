import { randomBytes } from 'node:crypto'
import type { PracticeState, RepairReport } from '../../shared/contract'
import { accessionCounter, patientCounter } from '../../shared/records/patient/number'
import { type OpenedKey, replicaKeyOf } from '../access'
import { backupKey, briskly, findPlaces, newestVersions, openSet } from '../backup'
import { repairReplica, type RepairSource } from '../replica'
import type { OpenPractice } from './practice'

type Repairing = Extract<PracticeState, { state: 'repairing' }>

/** How long the report waits for the server. */
const serverWithinMs = 60_000

/** The workstation's own backups in a folder, newest first. None where the folder is not there. */
const backupsIn = async (folder: string, { practice, station, key, earlier }: OpenedKey): Promise<RepairSource[]> => {
  const places = await findPlaces(folder).catch(() => [])
  const sources: RepairSource[] = []
  for (const place of places.filter((each) => each.practice.id === practice.id && each.station === station)) {
    for (const path of place.sets) {
      for (const dataKey of [key, ...(earlier ? [earlier] : [])]) {
        const set = await openSet(path, backupKey(dataKey)).catch(() => undefined)
        for (const point of [...(set?.head.points ?? [])].reverse().slice(0, 1)) if (set) sources.push({ at: point.at, documents: () => newestVersions(set, point, briskly()) })
      }
    }
  }
  return sources.sort((one, other) => (one.at < other.at ? 1 : -1))
}

/** What a repair in the host needs. */
export interface HostRepair {
  readonly folder: string
  readonly opened: OpenedKey
  /** A folder with backups that somebody chose. */
  readonly backupFolder?: string
  readonly become: (state: Repairing) => void
  /** Opens the practice, whose replica is whole again. */
  readonly reopen: () => Promise<OpenPractice>
}

/**
 * Repairs the replica of a practice that is closed, opens the practice, and fetches from its server what is still missing.
 *
 * @throws {ReplicaProblem} `nothing-readable`: neither the file nor a backup gave anything; all is as it was
 */
export const repairPractice = async ({ folder, opened, backupFolder, become, reopen }: HostRepair): Promise<RepairReport> => {
  const { practice, station, key } = opened
  const say = (step: Repairing['step'], done = 0, of = 0): void => become({ state: 'repairing', practice, step, done, of })
  let said = 0
  const now = new Date()
  const aside = `damaged-${now.toISOString().replace(/[-:]|\.\d{3}/g, '')}-${randomBytes(2).toString('hex')}`
  const year = now.getUTCFullYear()
  const { unread, ...repaired } = await repairReplica({
    folder,
    key: replicaKeyOf(key),
    practice: practice.id,
    station,
    aside,
    counters: [patientCounter, accessionCounter(year - 1), accessionCounter(year)],
    sources: async (local) => {
      const chosen = await local.get<{ folder: string }>('backup', 'folder').catch(() => undefined)
      const folders = [backupFolder, chosen?.value.folder].filter((each): each is string => typeof each === 'string')
      return (await Promise.all([...new Set(folders)].map((each) => backupsIn(each, opened)))).flat()
    },
    progress: ({ step, done, of }) => {
      if (done > 0 && done < of && Date.now() - said < 200) return
      said = Date.now()
      say(step, done, of)
    },
  })
  const open = await reopen()
  await open.access.audit.write({ session: null, action: 'repairPractice', outcome: 'done' })
  say('server')
  const server = await askServer(open)
  const records = unread.filter(({ collection }) => collection === 'records').map(({ id }) => id)
  const came = server === 'done' ? (await open.replica.documents.get('records', records)).filter(({ deleted }) => !deleted).length : 0
  return { ...repaired, server, fromServer: came, unread: unread.length - came, aside }
}

/** One full exchange, if there is a server and it answers in time; it goes on by itself otherwise. */
const askServer = async (open: OpenPractice): Promise<RepairReport['server']> => {
  const { sync } = await open.parts()
  if (sync.state().link === 'none') return 'none'
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<'unreachable'>((resolve) => {
    timer = setTimeout(() => resolve('unreachable'), serverWithinMs)
  })
  try {
    return await Promise.race([sync.pass().then(({ ok }) => (ok ? ('done' as const) : ('unreachable' as const)), () => 'unreachable' as const), late])
  } finally {
    clearTimeout(timer)
  }
}

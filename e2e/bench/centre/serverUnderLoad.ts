import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { inviteStation, openCouch, provision } from '../../../server'
import { startHubProcess } from '../../harness/hubProcess'

/** A server that fifty workstations work against, seen from outside: what it holds open and what it costs. */
export interface ServerUnderLoad {
  readonly name: string
  readonly practice: { readonly id: string; readonly name: string; readonly training: boolean }
  readonly accounts: readonly { readonly url: string; readonly user: string; readonly password: string; readonly station: string }[]
  /** Processor time so far and memory now, of all its processes. */
  usage(): { readonly cpuMs: number; readonly memoryMb: number }
  /** Connections that it holds now. */
  sockets(): number
  /** The most there were at any look. */
  peakSockets(): number
  close(): Promise<void>
}

const practice = { id: '01CENTREBENCH0000000000000', name: 'Hill Clinic', training: false }
const database = `outpost-${practice.id.toLowerCase()}`
/** AA … AY, BA … BY. */
const stationOf = (n: number) => String.fromCharCode(65 + Math.floor(n / 25), 65 + (n % 25))

const established = '01'
const listening = '0A'
const socketsOf = (port: number): { readonly state: string; readonly inode: string }[] =>
  ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => {
    try {
      return readFileSync(path, 'utf8').split('\n').slice(1).flatMap((line) => {
        const [, local = '', , state = '', , , , , , inode = ''] = line.trim().split(/\s+/)
        return Number.parseInt(local.split(':')[1] ?? '', 16) === port ? [{ state, inode }] : []
      })
    } catch {
      return []
    }
  })

const processes = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number)
const statOf = (pid: number): { readonly parent: number; readonly ticks: number; readonly pages: number } | undefined => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]), pages: Number(fields[21]) }
  } catch {
    return undefined
  }
}
const listenerOn = (port: number): number => {
  const inodes = new Set(socketsOf(port).filter(({ state }) => state === listening).map(({ inode }) => `socket:[${inode}]`))
  for (const pid of processes()) {
    try {
      if (readdirSync(`/proc/${pid}/fd`).some((fd) => inodes.has(readlinkSync(`/proc/${pid}/fd/${fd}`)))) return pid
    } catch {
      // It ended, or is another user's.
    }
  }
  throw new Error(`nobody on this machine listens on port ${port}`)
}
/** A process and all that it started: CouchDB runs validation in processes of their own. */
const familyOf = (pid: number): number[] => {
  const stats = new Map(processes().flatMap((each) => { const stat = statOf(each); return stat ? [[each, stat.parent] as const] : [] }))
  const family = new Set([pid])
  for (let before = 0; before !== family.size; ) {
    before = family.size
    for (const [each, parent] of stats) if (family.has(parent)) family.add(each)
  }
  return [...family]
}

const watch = (port: number, pids: readonly number[]) => {
  let peak = 0
  const count = () => socketsOf(port).filter(({ state }) => state === established).length
  const timer = setInterval(() => (peak = Math.max(peak, count())), 200)
  return {
    sockets: count,
    peakSockets: () => peak,
    usage: () => {
      const stats = pids.flatMap(familyOf).flatMap((pid) => statOf(pid) ?? [])
      return { cpuMs: stats.reduce((sum, { ticks }) => sum + ticks * 10, 0), memoryMb: (stats.reduce((sum, { pages }) => sum + pages, 0) * 4096) / 1024 / 1024 }
    },
    stop: () => clearInterval(timer),
  }
}

/** Opens the server: the hub in a process of its own, or the CouchDB of `COUCHDB_URL` with a practice provisioned and enrolled. */
export const openServerUnderLoad = async (folder: string, workstations: number): Promise<ServerUnderLoad> => {
  const given = process.env['COUCHDB_URL']
  return given ? openCentre(new URL(given), workstations) : openHub(folder, workstations)
}

const openCentre = async (given: URL, workstations: number): Promise<ServerUnderLoad> => {
  const couch = openCouch({ url: given.origin, user: decodeURIComponent(given.username), password: decodeURIComponent(given.password) })
  const clear = async () => {
    for (const name of [database, `${database}-blobs`]) await couch.ask('DELETE', `/${name}`)
    const prefix = `org.couchdb.user:${database}.`
    const { body } = await couch.ask('GET', `/_users/_all_docs?startkey=${encodeURIComponent(JSON.stringify(prefix))}&endkey=${encodeURIComponent(JSON.stringify(`${prefix}\ufff0`))}`)
    for (const { id, value } of (body['rows'] ?? []) as { id: string; value: { rev: string } }[]) await couch.ask('DELETE', `/_users/${encodeURIComponent(id)}?rev=${value.rev}`)
  }
  await clear()
  await provision(couch, practice)
  const accounts: { url: string; user: string; password: string; station: string }[] = []
  for (let n = 0; n < workstations; n++) {
    const station = stationOf(n)
    const { url, user, password } = await inviteStation(couch, { practice: practice.id, station, minutes: 60, now: Date.now() })
    accounts.push({ url, user, password, station })
  }
  const { version } = await couch.must('GET', '/')
  const { stop, ...seen } = watch(Number(given.port), [listenerOn(Number(given.port))])
  return { name: `CouchDB ${String(version)}`, practice, accounts, ...seen, close: async () => (stop(), clear()) }
}

const openHub = async (folder: string, workstations: number): Promise<ServerUnderLoad> => {
  const { pid, url, user, password, close } = await startHubProcess(join(folder, 'hub'))
  const accounts = Array.from({ length: workstations }, (_, n) => ({ url, user, password, station: stationOf(n) }))
  const { stop, ...seen } = watch(Number(new URL(url).port), [pid])
  return { name: 'hub', practice, accounts, ...seen, close: () => (stop(), close()) }
}

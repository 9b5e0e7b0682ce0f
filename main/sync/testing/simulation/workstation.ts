import type { Envelope } from '../../../../shared/records/envelope'
import { openReplica, type Replica, type StoredDocument } from '../../../replica'
import { openSync, type Sync } from '../..'
import { clinicUser } from './centre'
import type { World } from './world'

/** A workstation of a simulated clinic, with a real replica and the real sync on it. */
export interface SimulatedWorkstation {
  readonly name: string
  /** Ends its stamps; another one after it was restored from a backup. */
  readonly station: string
  readonly isUp: boolean
  /** The server that it was last set up with. */
  readonly server: string | undefined
  readonly replica: Replica
  readonly sync: Sync
  /** How far its wall clock is wrong, milliseconds. */
  skewMs: number
  start(): Promise<void>
  /** Sets a server up, or another one; false: it could not be reached. */
  use(server: string): Promise<boolean>
  /** Its process ends: at once, or right after the so-manieth write from now has reached the disk. Resolves when it is gone. */
  crash(afterWrites: number): Promise<void>
  /** The application is closed as a person closes it. */
  close(): Promise<void>
  /** Keeps an image of its disk, to be put back later. */
  keepImage(): void
  /** Puts the image back, as a technician does; false: there is none. */
  putImageBack(): Promise<boolean>
  /** Keeps a backup: the documents, not the file. */
  keepBackup(): Promise<void>
  /** Goes on from the backup, as a new workstation in an empty folder; false: there is none. */
  restoreBackup(): Promise<boolean>
}

/** Told of a write by a person that is on disk; `isHeard`: and of which that person was told. */
export type Acknowledge = (station: string, envelope: Envelope, isHeard: boolean) => void

/** Contexts in which the replica writes what a person did. */
const byPeople = ['add', 'revise', 'all-or-none:add']

/** Tells of every write by a person as soon as it is on disk. */
export const followPeople = ({ collection }: Replica, written: (envelope: Envelope) => void): void => {
  collection.storageInstance.changeStream().subscribe(({ events, context }) => {
    if (!byPeople.includes(context)) return
    for (const { documentData } of events) if ((documentData as Envelope).author !== 'system') written(documentData as unknown as Envelope)
  })
}

const stampsIn = ({ prior, at }: Envelope): string => [...prior.map((version) => version.at), at].map((stamp) => stamp.slice(11)).join(' ')

interface Life {
  readonly replica: Replica
  readonly sync: Sync
  isOver: boolean
  /** Called after every write that is on disk. */
  written: () => void
}

/** A workstation that has not been started yet. */
export const buildWorkstation = (world: World, name: string, acknowledge: Acknowledge): SimulatedWorkstation => {
  const { disks, network, practice } = world
  const key = new Uint8Array(32).fill(name.charCodeAt(0))
  let folder = disks.fresh(name)
  let station = name
  let restores = 0
  let life: Life | undefined
  let image: string | undefined
  let backup: readonly StoredDocument[] | undefined
  let server: string | undefined

  const now = (): number => Date.now() + workstation.skewMs
  const alive = (): Life => {
    if (life === undefined) throw new Error(`${name} is not running`)
    return life
  }
  /** Calls back when a write is on disk, before anybody hears of it. */
  const watchDisk = ({ collection }: Replica, written: () => void): void => {
    const { guard } = (collection.storageInstance.internals as { readonly file: { readonly guard: { committed(): void } } }).file
    const { committed } = guard
    guard.committed = () => {
      committed.call(guard)
      written()
    }
  }
  /** What the comparison with the server mended is told, and no fault: it is there for servers that were put back. */
  const heard = (line: string): void => (/ sent again and /.test(line) ? world.tell?.(`${name}: ${line}`) : world.fault(`${name}: ${line}`))
  const open = async (prepare: (replica: Replica) => Promise<void> = async () => undefined): Promise<void> => {
    const replica = await openReplica({ folder, key, practice: practice.id, station, now })
    await prepare(replica)
    const mine: Partial<Life> = { replica, isOver: false, written: () => undefined }
    watchDisk(replica, () => mine.written?.())
    if (world.tell) replica.collection.storageInstance.changeStream().subscribe(({ events, context }) => {
      for (const { documentData } of events) world.tell?.(`${name} ${context}: ${(documentData as Envelope).id} ${stampsIn(documentData as Envelope)}`)
    })
    followPeople(replica, (envelope) => acknowledge(station, structuredClone(envelope), !mine.isOver))
    const sync = await openSync({ replica, practice, announce: (_name, state) => world.tell?.(`${name} says ${JSON.stringify(state)}`), now, log: (line) => mine.isOver || heard(line) })
    life = Object.assign(mine, { sync }) as Life
  }
  /** What is left of an old process ends by itself, on a disk that nobody will look at any more. */
  const lay = async (old: Life): Promise<void> => {
    await old.sync.close()
    await old.replica.close()
  }
  const end = (nextFolder: () => string, says: boolean): Promise<void> => {
    const old = alive()
    folder = nextFolder()
    old.isOver = true
    life = undefined
    network.kill(name, says)
    // Not from within the write that this may have been called from.
    return Promise.resolve().then(() => lay(old))
  }

  const workstation: SimulatedWorkstation = {
    name,
    skewMs: 0,
    get station() {
      return station
    },
    get server() {
      return server
    },
    get isUp() {
      return life !== undefined
    },
    get replica() {
      return alive().replica
    },
    get sync() {
      return alive().sync
    },
    start: async () => {
      network.revive(name)
      await open()
    },
    use: async (wanted) => {
      const answer = await alive().sync.configure({ url: network.urlOf(name, wanted), ...clinicUser })
      if (answer.ok) server = wanted
      return answer.ok
    },
    crash: (afterWrites) => {
      const dying = alive()
      if (afterWrites === 0) return end(() => disks.copyOf(folder, name), world.chance.happens(0.5))
      return new Promise((resolve, reject) => {
        let left = afterWrites
        const give = setTimeout(() => strike(), 60_000)
        const strike = (): void => {
          clearTimeout(give)
          dying.written = () => undefined
          if (life === dying) end(() => disks.copyOf(folder, name), true).then(resolve, reject)
          else resolve()
        }
        dying.written = () => {
          left -= 1
          if (left === 0) strike()
        }
      })
    },
    close: async () => {
      const old = alive()
      life = undefined
      await lay(old)
      old.isOver = true
    },
    keepImage: () => {
      image = disks.copyOf(folder, `${name}-image`)
    },
    putImageBack: async () => {
      const back = image
      if (back === undefined) return false
      await end(() => disks.copyOf(back, name), true)
      return true
    },
    keepBackup: async () => {
      backup = (await alive().replica.documents.changedSince({ records: 0, local: 0 }, 100_000)).records
    },
    restoreBackup: async () => {
      const from = backup
      if (from === undefined) return false
      await end(() => disks.fresh(name), true)
      restores += 1
      station = `${name}${restores + 1}`
      network.revive(name)
      world.tell?.(`${name} goes on as ${station}`)
      await open((replica) => replica.documents.put('records', from))
      if (server !== undefined) await workstation.use(server)
      return true
    },
  }
  return workstation
}

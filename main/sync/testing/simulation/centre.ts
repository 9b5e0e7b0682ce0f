import { createHub, type Hub } from '../../../../hub'
import { sleep, type World } from './world'

/** What the servers of a simulated clinic are signed in to with. */
export const clinicUser = { user: 'clinic', password: 'a good password' }
export const adminUser = { user: 'admin', password: 'admin password' }
const key = new Uint8Array(32).fill(5)

/** A server of the clinic: its hub, or the centre. Both speak CouchDB's protocol from a real hub. */
export interface SimulatedServer {
  readonly name: string
  readonly isUp: boolean
  start(): Promise<void>
  /** Its process ends from one instant to the next, and finds on its disk what was written until then. */
  crash(): Promise<void>
  /** Keeps what is on its disk now, to be put back later. */
  keepCopy(): void
  /** Puts the copy back; false: there is none. What was written since is gone from it. */
  putBack(): Promise<boolean>
  stop(): Promise<void>
}

/** A server that has not been started yet; its first start makes the practice's database and two users. */
export const buildServer = (world: World, name: string): SimulatedServer => {
  const { disks, network, practice } = world
  let folder = disks.fresh(name)
  let hub: Hub | undefined
  let copy: string | undefined
  const end = async (next: () => string, says: boolean): Promise<void> => {
    const old = hub
    hub = undefined
    const folderThen = next()
    network.kill(name, says)
    folder = folderThen
    // What is left of the old process ends by itself; nobody hears of it any more.
    await old?.close()
  }
  const server: SimulatedServer = {
    name,
    get isUp() {
      return hub !== undefined
    },
    start: async () => {
      network.revive(name)
      hub = await createHub({ folder, key, host: `${name}.test` })
      if (!hub.isNew) return
      const database = await hub.createPracticeDatabase(practice)
      await hub.addUser({ name: clinicUser.user, password: clinicUser.password, databases: [database] })
      await hub.addUser({ name: adminUser.user, password: adminUser.password, admin: true })
    },
    crash: () => end(() => disks.copyOf(folder, name), world.chance.happens(0.5)),
    keepCopy: () => {
      copy = disks.copyOf(folder, `${name}-copy`)
    },
    putBack: async () => {
      const back = copy
      if (back === undefined) return false
      await end(() => disks.copyOf(back, name), true)
      await sleep(world.chance.between(100, 20_000))
      await server.start()
      return true
    },
    stop: async () => {
      await hub?.close()
      hub = undefined
    },
  }
  return server
}

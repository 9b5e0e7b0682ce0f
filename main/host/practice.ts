import { accessRequests, joinRequests, restoreRequests, type RequestName, type SideProcess } from '../../shared/contract'
import { requestNames } from '../../shared/contract/names'
import { type Access, openAccess, openPreferences, type OpenedKey, replicaKeyOf } from '../access'
import type { Link } from '../devices'
import type { DicomHostLink } from '../imaging'
import { accessHandlers } from '../gate/access'
import type { AnyHandler } from '../gate/gate'
import { hubHandlers } from '../gate/hub'
import { preferenceHandlers } from '../gate/preferences'
import { securityHandlers } from '../gate/security'
import { openReplica } from '../replica'
import type * as Parts from './openPractice'
import type { PracticeOptions, PracticeParts } from './openPractice'

/** How long the sign-in screen has the host to itself before the other parts are opened. */
const headStartMs = 400

/** Most of the program: it is loaded when it is opened, so that the sign-in screen need not wait for it. */
const openParts = async (...given: Parameters<typeof Parts.openParts>): Promise<PracticeParts> => (await import('./openPractice')).openParts(...given)

/**
 * Opens the replica and what signing in needs, so that the sign-in screen has its answers at once; the
 * other parts open right behind, or as soon as something asks for them.
 */
export const openPractice = async (options: PracticeOptions) => {
  const { folder, key, practice, station, need } = options
  const replica = await openReplica({ folder, key: replicaKeyOf(key), practice: practice.id, station, onMigration: options.onMigration })
  let opening: Promise<PracticeParts> | undefined
  let closing = false
  const links = new Map<SideProcess, (link: Link) => void>()
  const parts = (): Promise<PracticeParts> => {
    opening ??= openParts(options, replica, { audit: access.audit, touchedAt: () => touchedAt, hasTechnician: async () => (await access.listStaff()).some(({ role }) => role === 'lab-technician') }).then(
      (opened) => {
        links.set('device', (link) => opened.devices.attach(link))
        need('device')
        links.set('dicom', (link) => opened.network.attach(link as DicomHostLink))
        void opened.network.start().catch(options.failed)
        return opened
      },
      (reason) => {
        // Whoever asks next tries again: a full disk has room again one day.
        opening = undefined
        throw reason
      },
    )
    return opening
  }
  let touchedAt = Date.now()
  const people = await openAccess({
    replica,
    training: practice.training,
    announce: options.tell,
    sessionClosed: (session) => void opening?.then(({ imaging }) => imaging.revokeTickets(session)),
  })
  const access: Access = {
    ...people,
    touch: (connection) => {
      touchedAt = Date.now()
      people.touch(connection)
    },
  }
  const ahead = setTimeout(() => !closing && parts().catch(options.failed), headStartMs)

  const behindSignIn = (name: RequestName): AnyHandler => async (ask, caller) => {
    const handler = (await parts()).handlers[name]
    if (!handler) throw new Error(`no handler for ${name}`)
    return handler(ask, caller)
  }
  const handlers: Partial<Record<RequestName, AnyHandler>> = {
    ...Object.fromEntries(requestNames.filter((name) => !(name in accessRequests) && !(name in restoreRequests) && !(name in joinRequests)).map((name) => [name, behindSignIn(name)])),
    ...accessHandlers({ access }),
    ...preferenceHandlers({ preferences: openPreferences(replica) }),
    ...securityHandlers({ access, security: options.security }),
    ...hubHandlers({ hub: options.hub }),
  }
  let opened: OpenedKey = { practice, station, key, generation: options.generation, ...(options.earlier && { earlier: options.earlier }) }
  return {
    name: practice,
    key,
    /** With what it was opened. */
    get opened() {
      return opened
    },
    /** Nothing is under the earlier key any more. */
    followed: () => {
      const { earlier: _forgotten, ...rest } = opened
      opened = rest
    },
    replica,
    access,
    handlers,
    need,
    parts,
    /** What to do with the link of a side process, now and after each of its restarts. */
    onLink: (process: SideProcess, use: (link: Link) => void) => links.set(process, use),
    link: (process: SideProcess, link: Link) => links.get(process)?.(link),
    close: async () => {
      closing = true
      clearTimeout(ahead)
      await (await opening?.catch(() => undefined))?.close()
      await access.close()
      await replica.close()
    },
  }
}

/** A practice that is open. */
export type OpenPractice = Awaited<ReturnType<typeof openPractice>>

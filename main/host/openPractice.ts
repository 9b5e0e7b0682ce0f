import { join } from 'node:path'
import type { RequestName, SideProcess } from '../../shared/contract'
import { openAccess, type OpenedKey, type TellConnection } from '../access'
import { openCharting } from '../charting'
import type { Link } from '../devices'
import { openDeviceDesk } from '../devices/inbox'
import { accessHandlers } from '../gate/access'
import { chartingHandlers } from '../gate/charting'
import { deviceHandlers } from '../gate/devices'
import type { AnyHandler } from '../gate/gate'
import type { Announce } from '../gate/handler'
import { imagingHandlers } from '../gate/imaging'
import { patientHandlers } from '../gate/patients'
import { syncHandlers } from '../gate/sync'
import { openImaging } from '../imaging'
import { openFinder, openReplica } from '../replica'
import { deriveKey } from '../sealed'
import { openSync } from '../sync'
import { announceRecordChanges } from './recordChanges'

/** What opening a practice takes. */
export interface PracticeOptions extends OpenedKey {
  readonly folder: string
  readonly announce: Announce
  /** Tells one window that its session was locked or ended. */
  readonly tell: TellConnection
  need(process: SideProcess): void
}

/** Builds the parts of a practice and joins them. */
export const openPractice = async ({ folder, key, practice, station, announce, tell, need }: PracticeOptions) => {
  const replica = await openReplica({ folder, key: deriveKey(key, 'outpost/replica'), practice: practice.id, station })
  const finder = await openFinder(replica)
  const imaging = await openImaging({ replica, folder: join(folder, 'archive'), key, announce })
  const access = await openAccess({ replica, training: practice.training, announce: tell, sessionClosed: (session) => imaging.revokeTickets(session) })
  const charting = openCharting({ replica, finder })
  const devices = await openDeviceDesk({
    replica,
    folder: join(folder, 'journal'),
    journalKey: deriveKey(key, 'outpost/journal'),
    training: practice.training,
    devicesChanged: (entries) => announce('devicesChanged', entries),
    readingChanged: (reading) => announce('readingChanged', reading),
    trayChanged: (waiting) => announce('trayChanged', { waiting }),
  })
  const sync = await openSync({ replica, practice, announce })
  const stopAnnouncing = announceRecordChanges(replica, announce)
  const links = new Map<SideProcess, (link: Link) => void>([['device', (link) => devices.attach(link)]])
  need('device')

  const handlers: Partial<Record<RequestName, AnyHandler>> = {
    ...accessHandlers({ access }),
    ...patientHandlers({ charting }),
    ...chartingHandlers({ charting }),
    ...deviceHandlers({ devices, replica }),
    ...imagingHandlers({ imaging, replica }),
    ...syncHandlers({ sync }),
  }
  return {
    name: practice,
    key,
    replica,
    finder,
    access,
    charting,
    devices,
    imaging,
    sync,
    handlers,
    need,
    /** What to do with the link of a side process, now and after each of its restarts. */
    onLink: (process: SideProcess, use: (link: Link) => void) => links.set(process, use),
    link: (process: SideProcess, link: Link) => links.get(process)?.(link) ?? undefined,
    /** In the order in which the parts lean on each other. */
    close: async () => {
      stopAnnouncing()
      await devices.close()
      await sync.close()
      await imaging.close()
      await access.close()
      finder.close()
      await replica.close()
    },
  }
}

/** A practice whose parts are open. */
export type OpenPractice = Awaited<ReturnType<typeof openPractice>>

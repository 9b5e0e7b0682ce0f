import type { Action, Role, Who } from '../../shared/contract'

/** A screen of the side navigation. */
export type Place = 'patients' | 'queue' | 'round' | 'beds' | 'inbox' | 'tray' | 'lab' | 'alerts' | 'devices' | 'terminal' | 'imaging' | 'sync' | 'hub' | 'staff' | 'codes' | 'audit' | 'security' | 'storage' | 'backup'

/** What a person must be allowed to do for a place to be in their navigation; of several, one is enough. */
const doors: Readonly<Record<Place, Action | readonly Action[]>> = {
  patients: 'patient.read',
  queue: ['vitals.write', 'patient.register'],
  round: 'vitals.write',
  beds: 'chart.read',
  inbox: 'result.sign-off',
  tray: 'tray.read',
  lab: ['result.verify', 'lab.configure', 'specimen.collect'],
  alerts: 'critical.read',
  devices: 'device.read',
  terminal: 'trace.read',
  imaging: ['imaging.configure', 'imaging.exchange'],
  sync: 'sync.read',
  hub: 'sync.configure',
  staff: 'staff.manage',
  codes: 'codes.manage',
  audit: 'audit.read',
  security: 'security.manage',
  storage: 'storage.manage',
  backup: 'backup.manage',
}

/** Where a role begins its day. */
const homes: Readonly<Record<Role, Place>> = {
  receptionist: 'patients',
  nurse: 'round',
  doctor: 'queue',
  'lab-technician': 'tray',
  'device-technician': 'devices',
  administrator: 'staff',
}

/** The places of a person, home first. The practice host decides what they may do there; this only draws doors. */
export const placesOf = (who: Pick<Who, 'role' | 'actions'>): readonly Place[] => {
  const open = (Object.keys(doors) as Place[]).filter((place) => [doors[place]].flat().some((action) => who.actions.includes(action)))
  const home = homes[who.role]
  return open.includes(home) ? [home, ...open.filter((place) => place !== home)] : open
}

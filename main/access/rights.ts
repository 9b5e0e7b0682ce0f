import type { Action, Role } from '../../shared/contract'

const everyone = ['patient.read', 'sync.read', 'backup.read'] as const

const clinical = [
  ...everyone,
  'patient.register',
  'chart.read',
  'allergy.write',
  'encounter.write',
  'vitals.write',
  'result.read',
  'critical.read',
  'critical.answer',
  'device.read',
  'reading.confirm',
  'imaging.read',
  'imaging.import',
  'imaging.annotate',
  'imaging.exchange',
  'staff.read',
] as const

/** Who may do what: the only place where roles are given actions. */
const table: Readonly<Record<Role, readonly Action[]>> = {
  receptionist: [...everyone, 'patient.register', 'staff.read'],
  nurse: [...clinical, 'result.enter', 'result.sign-off', 'observations.plan', 'order.write', 'specimen.collect', 'tray.read'],
  doctor: [...clinical, 'result.enter', 'result.sign-off', 'spo2-scale.choose', 'observations.plan', 'response.manage', 'order.write', 'specimen.collect', 'specimen.receive', 'tray.read', 'tray.file', 'result.verify', 'imaging.export', 'report.sign', 'review.resolve', 'stick.use'],
  'lab-technician': [...everyone, 'chart.read', 'result.read', 'critical.read', 'critical.answer', 'device.read', 'device.pair', 'trace.read', 'tray.read', 'tray.file', 'result.enter', 'result.verify', 'lab.configure', 'specimen.collect', 'specimen.receive', 'staff.read'],
  'device-technician': ['sync.read', 'backup.read', 'device.read', 'device.pair', 'trace.read', 'imaging.configure', 'staff.read'],
  administrator: [
    ...everyone,
    'patient.register',
    'chart.read',
    'result.read',
    'critical.read',
    'device.read',
    'device.pair',
    'trace.read',
    'tray.read',
    'tray.file',
    'lab.configure',
    'response.manage',
    'imaging.read',
    'imaging.import',
    'imaging.configure',
    'imaging.exchange',
    'imaging.export',
    'codes.manage',
    'sync.configure',
    'review.resolve',
    'stick.use',
    'staff.read',
    'staff.manage',
    'audit.read',
    'security.manage',
    'storage.manage',
    'backup.manage',
  ],
}

/** Everything a role may do, for the screens to know what to offer; a role that nobody knows may do nothing. */
export const actionsOf = (role: Role): readonly Action[] => (Object.hasOwn(table, role) ? table[role] : [])

/** Whether a role may do something. */
export const may = (role: Role, action: Action): boolean => actionsOf(role).includes(action)

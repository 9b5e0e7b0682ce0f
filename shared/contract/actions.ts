/**
 * What a person may do, as the role × action table names it (`main/access/rights.ts` is the only
 * place where roles are given actions).
 */
export const actions = [
  'patient.read',
  'patient.register',
  'chart.read',
  'allergy.write',
  'encounter.write',
  'codes.manage',
  'vitals.write',
  'spo2-scale.choose',
  'observations.plan',
  'response.manage',
  'order.write',
  'specimen.collect',
  'specimen.receive',
  'result.read',
  'device.read',
  'device.pair',
  'trace.read',
  'reading.confirm',
  'tray.read',
  'tray.file',
  'result.enter',
  'result.verify',
  'result.sign-off',
  'lab.configure',
  'critical.read',
  'critical.answer',
  'imaging.read',
  'imaging.import',
  'imaging.configure',
  'imaging.annotate',
  'imaging.exchange',
  'imaging.export',
  'report.sign',
  'sync.read',
  'sync.configure',
  'review.resolve',
  'stick.use',
  'staff.read',
  'staff.manage',
  'audit.read',
  'security.manage',
  'storage.manage',
  'backup.read',
  'backup.manage',
] as const

/** See {@link actions}. */
export type Action = (typeof actions)[number]

/** The roles of a small clinic. */
export const roles = ['receptionist', 'nurse', 'doctor', 'lab-technician', 'device-technician', 'administrator'] as const

/** See {@link roles}. */
export type Role = (typeof roles)[number]

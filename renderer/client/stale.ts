import type { ClinicEvents, RequestName } from '../../shared/contract'

/** A question that was asked: its name and what was asked with it. */
export type Question = readonly [name: RequestName, ask?: unknown]

/** Answers that are not about records: each has an event of its own. */
const apart: readonly RequestName[] = ['practiceState', 'signInChoices', 'whoAmI', 'syncState', 'hubState', 'backupState', 'filesState', 'stickState', 'countCriticals', 'readCriticalLog', 'readArchive']

const patientOf = (ask: unknown): string | undefined => {
  const patient = typeof ask === 'object' && ask !== null && 'patient' in ask ? ask.patient : undefined
  return typeof patient === 'string' ? patient : undefined
}

/** The patients that a question is about; undefined: it is about none by name. */
const patientsOf = (ask: unknown): readonly string[] | undefined => {
  const patient = patientOf(ask)
  if (patient !== undefined) return [patient]
  const patients = typeof ask === 'object' && ask !== null && 'patients' in ask ? ask.patients : undefined
  return Array.isArray(patients) ? patients : undefined
}

/**
 * Whether an answer may have changed with an event. Exact on purpose: each answer to `readChart` is a line
 * of the audit trail, and a list that is read again for nothing costs the person at the keyboard.
 */
export const isStaleAfter = <Name extends keyof ClinicEvents>(event: Name, value: ClinicEvents[Name], [name, ask]: Question): boolean => {
  switch (event) {
    case 'recordsChanged': {
      if (apart.includes(name)) return false
      if (name === 'readPreferences') return (value as ClinicEvents['recordsChanged']).types.includes('Basic')
      const changed = (value as ClinicEvents['recordsChanged']).patients
      return patientsOf(ask)?.some((patient) => changed.includes(patient)) ?? true
    }
    case 'devicesChanged':
      return name === 'listDevices' || name === 'listPorts'
    case 'wardChanged':
      return name === 'readWard' || name === 'listUnknownBeds'
    case 'trayChanged':
      return name === 'listTray' || name === 'listImagingTray'
    case 'criticalsChanged':
      return name === 'countCriticals' || name === 'listCriticals' || name === 'readCriticalLog'
    case 'syncStateChanged':
      return name === 'listOutbox' || name === 'listDifferences'
    default:
      return false
  }
}

/** Whether an answer may have changed by an act of this window. Acts on records are followed by their event; the rest is here. */
export const isStaleAfterAct = (act: RequestName, acted: unknown, [name, ask]: Question): boolean => {
  if (name === 'practiceState') return false
  if (name === 'readChart') return act === 'signIn' || act === 'signInByPin'
  const patient = patientOf(acted)
  return patient === undefined || (patientsOf(ask)?.includes(patient) ?? true)
}

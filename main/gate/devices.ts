import { done, refuse, type deviceRequests } from '../../shared/contract'
import { displayName } from '../../shared/records/patient/name'
import { patientFacts } from '../../shared/records/patient/patient'
import { orderFacts } from '../../shared/records/service-request/order'
import { idIn } from '../../shared/records/systems'
import { orderWithAccession, type Decider, type DeviceDesk } from '../devices/inbox'
import type { Replica } from '../replica'
import type { Handlers, SignedIn } from './handler'

/** What the device requests need of the practice. */
export interface DeviceParts {
  readonly devices: DeviceDesk
  readonly replica: Replica
}

const decider = ({ practitioner, name }: SignedIn['session']): Decider => ({ practitioner, name })

/** Ports, pairing, readings, results and the tray. */
export const deviceHandlers = ({ devices, replica }: DeviceParts): Handlers<typeof deviceRequests> => ({
  listPorts: () => devices.listPorts(),
  listProfiles: async () => done(await devices.listProfiles()),
  readProfileFolder: async () => done(await devices.profileFolder()),
  listDevices: async () => done(devices.listDevices()),
  pairDevice: (ask, { session }) => devices.pair(ask, decider(session)),
  unpairDevice: ({ device }, { session }) => devices.unpair(device, decider(session)),
  attachSimulator: ({ profile }, { session }) => devices.attachSimulator(profile, decider(session)),
  simulateResult: ({ device, accession }) => devices.simulateResult(device, accession),
  takeReading: ({ device, patient }) => devices.takeReading(device, patient),
  confirmReading: (ask, { session }) => devices.confirmReading(ask, decider(session)),
  listTray: async ({ state }) => done(await devices.tray(state)),
  async findOrder({ accession }) {
    const order = await orderWithAccession(replica, accession)
    const patient = order && (await replica.records.get('Patient', idIn(order.resource.subject, 'Patient') ?? ''))
    if (!order || !patient) return refuse('accession-unknown', { accession })
    const { test, status } = orderFacts(order.resource)
    const { number, birthDate, ...name } = patientFacts(patient.resource)
    return done({ accession, test, status, patient: patient.id, patientName: displayName(name), patientNumber: number, ...(birthDate === undefined ? {} : { birthDate }) })
  },
  fileTrayItem: ({ item, accession }, { session }) => devices.fileTrayItem(item, accession, decider(session)),
  rejectTrayItem: ({ item, reason }, { session }) => devices.rejectTrayItem(item, reason, decider(session)),
  replayCapture: ({ profile, capture }) => devices.replay(profile, capture),
})

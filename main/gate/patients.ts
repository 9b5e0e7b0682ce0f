import { done, type patientRequests } from '../../shared/contract'
import type { Charting } from '../charting'
import type { Handlers } from './handler'

/** The requests of `patientRequests`. */
export const patientHandlers = ({ charting }: { readonly charting: Charting }): Handlers<typeof patientRequests> => ({
  listPatients: async (ask) => done(await charting.listPatients(ask)),
  findPatients: async (ask) => done(await charting.findPatients(ask.text, ask.limit)),
  findSamePeople: async (ask) => done(await charting.findSamePeople(ask)),
  registerPatient: (ask, caller) => charting.registerPatient(ask, caller.session),
  updatePatient: (ask, caller) => charting.updatePatient(ask, caller.session),
  readChart: (ask) => charting.readChart(ask.patient),
  readBanner: (ask) => charting.readBanner(ask.patient),
  recordAllergy: (ask, caller) => charting.recordAllergy(ask, caller.session),
  recordNoKnownAllergies: (ask, caller) => charting.recordNoKnownAllergies(ask, caller.session),
})

import * as fields from './fields'
import type { Hl7Message } from './message'
import { readOrders } from './results'

/** A test that somebody asks for: one ORC/OBR of ORM^O01, OML^O21 or OML^O33. */
export interface RequestedTest {
  /** ORC-1 of table 0119: `NW` new, `CA` cancel, `RP` replace, … */
  readonly control: string
  readonly placer: string
  readonly filler: string
  readonly code: string
  readonly name: string
  readonly priority: string
  /** SPM-2, else SAC-3: the number on the tube. */
  readonly specimen: string
  readonly patientId: string
}

/** Reads the tests that an order message asks for, in its order. */
export const requestedTests = (message: Hl7Message): RequestedTest[] =>
  readOrders(message)
    .orders.filter(({ common, request }) => common ?? request)
    .map(({ patient, common, request, specimens: [specimen], containers: [container] }) => ({
      control: common?.text(fields.commonOrder.control) ?? '',
      placer: (request?.text(fields.request.placer) || common?.text(fields.commonOrder.placer)) ?? '',
      filler: (request?.text(fields.request.filler) || common?.text(fields.commonOrder.filler)) ?? '',
      code: request?.text(fields.request.service) ?? '',
      name: request?.text(fields.request.serviceName) ?? '',
      priority: request?.text(fields.request.priority) ?? '',
      specimen: specimen?.text(fields.specimen.placerId) || specimen?.text(fields.specimen.fillerId) || container?.text(fields.container.specimenId) || '',
      patientId: patient?.text(fields.patient.id) ?? '',
    }))

import * as fields from './fields'
import type { Hl7Message } from './message'
import type { Hl7Problem } from './problems'
import type { Hl7Segment } from './segment'
import { observationValue } from './value'

/** An observation (OBX) with what was said about it. */
export interface ResultGroup {
  readonly observation: Hl7Segment
  readonly notes: Hl7Segment[]
  /** Segments that only its maker knows. */
  readonly others: Hl7Segment[]
}

/** One order (OBR) with its results, whichever way round the message is built. */
export interface OrderGroup {
  readonly patient?: Hl7Segment
  readonly visit?: Hl7Segment
  common?: Hl7Segment
  /** Absent where the sender wrote results under no order. */
  request?: Hl7Segment
  readonly specimens: Hl7Segment[]
  readonly containers: Hl7Segment[]
  readonly results: ResultGroup[]
  readonly notes: Hl7Segment[]
  readonly others: Hl7Segment[]
}

/** What {@link readOrders} found. */
export interface Orders {
  readonly orders: readonly OrderGroup[]
  /** In addition to those of the message. */
  readonly problems: readonly Hl7Problem[]
}

type Holder = { readonly notes: Hl7Segment[]; readonly others: Hl7Segment[] }

/**
 * Reads orders and results: ORU^R01, R30, R32, R40 and ORM^O01 (OBR before its OBX), OML^O21 (ORC, OBR, then SPM),
 * OUL^R22 and OML^O33 (SPM first, then the orders on it). Never throws; a result that stands nowhere is kept in an
 * order of its own and named.
 */
export const readOrders = (message: Hl7Message): Orders => {
  const orders: OrderGroup[] = []
  const problems: Hl7Problem[] = []
  let patient: Hl7Segment | undefined
  let visit: Hl7Segment | undefined
  let order: OrderGroup | undefined
  let holder: Holder = { notes: [], others: [] }
  /** Specimen first: it holds for the orders after it. */
  let specimens: Hl7Segment[] = []
  let containers: Hl7Segment[] = []
  let isSpecimenFirst = false
  let isInSpecimen = false

  const begin = (): OrderGroup => {
    const begun: OrderGroup = {
      ...(patient ? { patient } : {}),
      ...(visit ? { visit } : {}),
      specimens: isSpecimenFirst ? [...specimens] : [],
      containers: isSpecimenFirst ? [...containers] : [],
      results: [],
      notes: [],
      others: [],
    }
    orders.push(begun)
    isInSpecimen = false
    holder = begun
    return begun
  }
  const isOpen = (group: OrderGroup | undefined): group is OrderGroup => group !== undefined && !isInSpecimen

  message.segments.forEach((segment, index) => {
    const at = index + 1
    switch (segment.name) {
      case 'PID':
        patient = segment
        visit = undefined
        order = undefined
        specimens = []
        containers = []
        isSpecimenFirst = false
        isInSpecimen = false
        holder = { notes: [], others: [] }
        break
      case 'PV1':
        visit = segment
        break
      case 'ORC':
        // OUL^R22 writes ORC after its OBR, everything else before.
        if (isOpen(order) && isSpecimenFirst && order.request && !order.common && order.results.length === 0 && message.type.code === 'OUL') order.common = segment
        else {
          order = begin()
          order.common = segment
        }
        break
      case 'OBR':
        if (!isOpen(order) || order.request || order.results.length > 0) order = begin()
        order.request = segment
        break
      case 'SPM':
        if (order === undefined || isSpecimenFirst) {
          isSpecimenFirst = true
          isInSpecimen = true
          order = undefined
          specimens = [segment]
          containers = []
          holder = { notes: [], others: [] }
        } else order.specimens.push(segment)
        break
      case 'SAC':
        if (order === undefined) {
          isSpecimenFirst = true
          containers.push(segment)
        } else order.containers.push(segment)
        break
      case 'OBX': {
        if (order === undefined && isInSpecimen) {
          // What stands between SPM and OBR describes the tube.
          holder.others.push(segment)
          break
        }
        if (order === undefined) {
          problems.push({ kind: 'result-without-order', segment: 'OBX', at })
          order = begin()
        }
        if (segment.text(fields.observation.code) === '' && segment.text(fields.observation.name) === '') problems.push({ kind: 'field-missing', segment: 'OBX', at, field: 3 })
        if (segment.text(fields.observation.type) === 'NM' && observationValue(segment).isUnreadable) problems.push({ kind: 'field-unreadable', segment: 'OBX', at, field: 5 })
        const result: ResultGroup = { observation: segment, notes: [], others: [] }
        order.results.push(result)
        holder = result
        break
      }
      case 'NTE':
        holder.notes.push(segment)
        break
      case 'MSH':
        break
      default:
        holder.others.push(segment)
    }
  })
  return { orders, problems }
}

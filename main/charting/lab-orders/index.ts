import type { ChartingParts } from '../parts'
import { openCatalogue } from './catalogue'

/** What can be ordered of the laboratory, what was, and the tubes on their way. */
export const openLabOrders = (parts: ChartingParts) => {
  const catalogue = openCatalogue(parts)
  return { catalogue, close: () => catalogue.close() }
}

export type LabOrders = ReturnType<typeof openLabOrders>

import type { ImagingChart } from '../imaging'
import type { ChartingParts } from '../parts'
import { openCatalogue } from './catalogue'
import { openOrders } from './orders'
import { openSpecimens } from './specimens'
import { openTracks } from './tracks'

/** What can be ordered of the laboratory, what was, and the tubes on their way. */
export const openLabOrders = (parts: ChartingParts, imaging: ImagingChart['orders']) => {
  const catalogue = openCatalogue(parts)
  const tracks = openTracks(parts)
  return { catalogue, orders: openOrders(parts, { catalogue, tracks, imaging }), specimens: openSpecimens(parts, { tracks }), close: () => catalogue.close() }
}

export type LabOrders = ReturnType<typeof openLabOrders>

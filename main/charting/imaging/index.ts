import type { ChartingParts } from '../parts'
import { openImagingOrders } from './orders'
import { openImagingReports } from './reports'
import { openReportTemplates } from './templates'

/** What is ordered, read and reported of images; the images themselves are `main/imaging`'s. */
export const openImagingChart = (parts: ChartingParts) => {
  const orders = openImagingOrders(parts)
  const reports = openImagingReports(parts, orders)
  return { orders, reports, templates: openReportTemplates(parts) }
}

export type ImagingChart = ReturnType<typeof openImagingChart>

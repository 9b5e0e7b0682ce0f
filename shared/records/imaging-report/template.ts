import type { Basic } from 'fhir/r4'
import { extensions, systems } from '../systems'
import { reportSections, type ReportText } from './imagingReport'

/** Code of the `Basic` record that holds a template. */
export const reportTemplateCode = 'imaging-report-template'

/** Words to begin a report with. */
export interface ReportTemplate {
  readonly name: string
  /** Modality that it is offered for; empty: for every one. */
  readonly modality: string
  readonly text: ReportText
}

/** The record of a template; one that was taken away says so, so that two workstations' words can be put together. */
export const templateRecord = (template: ReportTemplate | { readonly name: string; readonly removed: true }, created: string): Basic => ({
  resourceType: 'Basic',
  code: { coding: [{ system: systems.basic, code: reportTemplateCode }] },
  created,
  extension: [
    {
      url: extensions.reportTemplate,
      extension: [
        { url: 'name', valueString: template.name },
        { url: 'state', valueString: 'removed' in template ? 'removed' : 'offered' },
        ...('removed' in template
          ? []
          : [{ url: 'modality', valueString: template.modality || 'none' }, ...reportSections.map((section) => ({ url: section, valueString: template.text[section] || 'none' }))]),
      ],
    },
  ],
})

/** The template in a record; undefined when it is none, or was taken away. */
export const templateOf = (record: Basic): ReportTemplate | undefined => {
  if (!record.code.coding?.some(({ code }) => code === reportTemplateCode)) return undefined
  const parts = record.extension?.find(({ url }) => url === extensions.reportTemplate)?.extension ?? []
  const text = (url: string): string => {
    const found = parts.find((each) => each.url === url)?.valueString ?? ''
    return found === 'none' ? '' : found
  }
  if (text('state') !== 'offered' || text('name') === '') return undefined
  return { name: text('name'), modality: text('modality'), text: { technique: text('technique'), findings: text('findings'), impression: text('impression') } }
}

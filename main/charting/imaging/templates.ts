import type { Letterhead, ReportTemplate } from '../../../shared/contract'
import { reportTemplateCode, templateOf, templateRecord } from '../../../shared/records/imaging-report/template'
import { type Actor, type ChartingParts, instantNow } from '../parts'

const most = 300

/** The practice's own words to begin a report with, and what stands at the head of what it prints. */
export const openReportTemplates = (parts: ChartingParts) => {
  const { records } = parts.replica
  const list = async (): Promise<ReportTemplate[]> => {
    const found = await records.find('Basic', { where: { code: reportTemplateCode }, limit: most })
    const templates = found.map(({ resource }) => templateOf(resource)).filter((template) => template !== undefined)
    return templates.sort((one, other) => (one.name < other.name ? -1 : 1))
  }

  /** One record for each name, on whichever workstation it is written. */
  const write = async (template: Parameters<typeof templateRecord>[0], actor: Actor): Promise<ReportTemplate[]> => {
    const resource = templateRecord(template, instantNow(parts))
    const key = `report-template:${template.name.toLowerCase()}`
    const record = await records.add('Basic', resource, actor.practitioner, key)
    if (JSON.stringify(record.resource.extension) !== JSON.stringify(resource.extension)) await records.revise('Basic', record.id, (before) => ({ ...before, extension: resource.extension ?? [] }), actor.practitioner)
    return list()
  }

  return {
    list,
    save: (template: ReportTemplate, actor: Actor): Promise<ReportTemplate[]> => write(template, actor),
    remove: (name: string, actor: Actor): Promise<ReportTemplate[]> => write({ name, removed: true }, actor),
    letterhead: async (): Promise<Letterhead> => {
      const [practice] = await records.find('Organization', { limit: 1 })
      const telecom = (system: string): string => practice?.resource.telecom?.find((each) => each.system === system)?.value ?? ''
      return { name: practice?.resource.name ?? '', address: practice?.resource.address?.[0]?.text ?? '', phone: telecom('phone'), email: telecom('email') }
    },
  }
}

import { done, refuse, type Answer, type ViewerLink } from '../../../shared/contract'
import { accessionOf, dicomPatientOf, patientOf, studyUidOf } from '../../../shared/records/imaging-study/study'
import { hostOf, viewerLinkCode, viewerLinkFault, viewerLinkIn, viewerLinkKey, viewerLinkOf, viewerLinkRecord, type LinkedStudy } from '../../../shared/records/basic/viewerLink'
import { imagingOrderFacts, isImagingOrder } from '../../../shared/records/imaging-order/imagingOrder'
import { idIn, systems } from '../../../shared/records/systems'
import type { Replica } from '../../replica'

/** The practice's outside viewer: where a study that is not here can be looked at. */
export interface ViewerLinks {
  read(): Promise<ViewerLink>
  set(template: string, author: string): Promise<Answer<ViewerLink>>
  /** Opens a study of this patient there, or the one that an order of this patient has asked for. */
  open(ask: { readonly patient: string } & ({ readonly study: string } | { readonly order: string })): Promise<Answer<ViewerLink>>
}

/** What it works with. */
export interface ViewerLinkParts {
  readonly replica: Replica
  /** Shows an address in the system's browser; absent: there is no window, and so nobody to show it to. */
  readonly openOutside?: (url: string) => void
}

/** Opens the practice's link. */
export const openViewerLinks = ({ replica, openOutside }: ViewerLinkParts): ViewerLinks => {
  const record = async () => (await replica.records.find('Basic', { where: { code: viewerLinkCode }, limit: 1 }))[0]
  const entryOf = (template: string): ViewerLink => {
    const host = hostOf(template)
    return { template, ...(host !== undefined && { host }) }
  }
  const linkedStudy = async (patient: string, study: string): Promise<LinkedStudy | undefined> => {
    const found = (await replica.records.get('ImagingStudy', study))?.resource
    if (!found || patientOf(found) !== patient) return undefined
    const accession = accessionOf(found)
    return { studyUid: studyUidOf(found), patientId: dicomPatientOf(found).id, ...(accession !== undefined && { accession }) }
  }
  const orderedStudy = async (patient: string, order: string): Promise<LinkedStudy | undefined> => {
    const found = (await replica.records.get('ServiceRequest', order))?.resource
    if (!found || !isImagingOrder(found) || idIn(found.subject, 'Patient') !== patient) return undefined
    const { studyInstanceUid, accession } = imagingOrderFacts(found)
    const number = (await replica.records.get('Patient', patient))?.resource.identifier?.find(({ system }) => system === systems.patientNumber)?.value
    return { studyUid: studyInstanceUid, accession, ...(number !== undefined && { patientId: number }) }
  }
  const read = async (): Promise<ViewerLink> => {
    const found = await record()
    const template = (found && viewerLinkIn(found.resource)) ?? ''
    // It may have come from a workstation that thinks otherwise.
    return viewerLinkFault(template) ? { template: '' } : entryOf(template)
  }
  return {
    read,
    async set(template, author) {
      const fault = template === '' ? undefined : viewerLinkFault(template)
      if (fault) return refuse('viewer-link-wrong', { fault })
      const resource = viewerLinkRecord(template, new Date().toISOString())
      const found = await record()
      if (found) await replica.records.revise('Basic', found.id, () => resource, author)
      else await replica.records.add('Basic', resource, author, viewerLinkKey)
      return done(await read())
    },
    async open({ patient, ...what }) {
      const linked = 'study' in what ? await linkedStudy(patient, what.study) : await orderedStudy(patient, what.order)
      if (!linked) return refuse('not-found')
      const link = await read()
      const url = viewerLinkOf(link.template, linked)
      if (url === undefined || !openOutside) return refuse('no-viewer-link')
      openOutside(url)
      return done(link)
    },
  }
}

import { done, refuse, type Answer, type ViewerLink } from '../../../shared/contract'
import { accessionOf, dicomPatientOf, patientOf, studyUidOf } from '../../../shared/records/imaging-study/study'
import { hostOf, viewerLinkCode, viewerLinkFault, viewerLinkIn, viewerLinkKey, viewerLinkOf, viewerLinkRecord } from '../../../shared/records/basic/viewerLink'
import type { Replica } from '../../replica'

/** The practice's outside viewer: where a study that is not here can be looked at. */
export interface ViewerLinks {
  read(): Promise<ViewerLink>
  set(template: string, author: string): Promise<Answer<ViewerLink>>
  /** Opens a study of this patient there. */
  open(ask: { readonly patient: string; readonly study: string }): Promise<Answer<ViewerLink>>
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
    async open({ patient, study }) {
      const found = await replica.records.get('ImagingStudy', study)
      if (!found || patientOf(found.resource) !== patient) return refuse('not-found')
      const link = await read()
      const accession = accessionOf(found.resource)
      const url = viewerLinkOf(link.template, { studyUid: studyUidOf(found.resource), patientId: dicomPatientOf(found.resource).id, ...(accession !== undefined && { accession }) })
      if (url === undefined || !openOutside) return refuse('no-viewer-link')
      openOutside(url)
      return done(link)
    },
  }
}

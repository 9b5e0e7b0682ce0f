import * as z from 'zod'
import { request } from './request'
import { recordId } from './shapes'

/** Where studies that are not here can be looked at. */
export interface ViewerLink {
  /** Address with places for what is known of a study, e.g. `https://pacs.example.org/viewer?StudyInstanceUIDs={studyUid}`; '' for none. */
  readonly template: string
  /** Host to which it leads; absent without a template. */
  readonly host?: string
}

/** The practice's outside viewer. */
export const viewerLinkRequests = {
  readViewerLink: request(z.undefined(), 'imaging.read').answers<ViewerLink>(),
  /** '' takes it away. Refused as `viewer-link-wrong` with facts.fault (`address`, `study`, `place`). */
  setViewerLink: request(z.object({ template: z.string().trim().max(1000) }), 'imaging.configure', 'write').answers<ViewerLink>(),
  /** Opens a study of the patient, or what an order of the patient has asked for, in the system's browser, at the practice's outside viewer and nowhere else. */
  openViewerLink: request(z.union([z.object({ patient: recordId, study: recordId }), z.object({ patient: recordId, order: recordId })]), 'imaging.read', 'read').answers<ViewerLink>(),
}

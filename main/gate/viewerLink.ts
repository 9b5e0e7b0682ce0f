import { done, type viewerLinkRequests } from '../../shared/contract'
import type { ViewerLinks } from '../imaging'
import type { Handlers } from './handler'

/** The requests of `viewerLinkRequests`. */
export const viewerLinkHandlers = ({ viewerLink }: { readonly viewerLink: ViewerLinks }): Handlers<typeof viewerLinkRequests> => ({
  readViewerLink: async () => done(await viewerLink.read()),
  setViewerLink: ({ template }, { session }) => viewerLink.set(template, session.practitioner),
  openViewerLink: (ask) => viewerLink.open(ask),
})

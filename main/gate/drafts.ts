import type { draftRequests } from '../../shared/contract'
import type { Drafts } from '../drafts'
import type { Handlers } from './handler'

/** The requests of `draftRequests`. */
export const draftHandlers = ({ drafts }: { readonly drafts: Drafts }): Handlers<typeof draftRequests> => ({
  readDrafts: (_ask, caller) => drafts.read(caller.session),
  keepDrafts: (ask, caller) => drafts.keep(ask, caller.session),
})

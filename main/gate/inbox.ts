import { done, type inboxRequests } from '../../shared/contract'
import type { Charting } from '../charting'
import type { Criticals } from '../critical'
import type { LabDesk } from '../devices/inbox'
import type { Handlers } from './handler'

/** What the inbox of results needs of the practice. */
export interface InboxParts {
  readonly charting: Charting
  readonly criticals: Criticals
  readonly lab: LabDesk
}

/** The inbox of results, and the laboratory's corrections of what lies in it. */
export const inboxHandlers = ({ charting: { inbox }, criticals, lab }: InboxParts): Handlers<typeof inboxRequests> => {
  const onDuty = () => criticals.roster.onDuty(new Date().toISOString())
  return {
    countInbox: async (_ask, { session }) => done(await inbox.count(session, await onDuty())),
    listInbox: async ({ of, ...page }, { session }) => done(await inbox.list(of === 'nobody' ? undefined : (of ?? session.practitioner), page)),
    listInboxes: async (_ask, { session }) => done(await inbox.owners(session, await onDuty())),
    signOffResult: (ask, { session }) => inbox.signOff(ask, session),
    takeOverResult: (ask, { session }) => inbox.takeOver(ask, session),
    listSignOffs: async ({ patient }) => done(await inbox.signOffs(patient)),
    correctResult: (ask, { session }) => lab.correct(ask, { practitioner: session.practitioner, name: session.name }),
    listVerified: async (ask) => done(await lab.verified(ask)),
  }
}

export { captureSystem } from './file'
export { openInbox, type Decider, type Inbox, type ItemOutcome } from './inbox'
export { inboxKind, type InboxItem, type ItemState } from './item'
export { orderWithAccession } from './match'

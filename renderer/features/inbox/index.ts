export { InboxBar, InboxCount } from './InboxBar'
export { InboxScreen } from './InboxScreen'

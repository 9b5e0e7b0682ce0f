export { TimelineTab } from './TimelineTab'

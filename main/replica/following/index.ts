export { daysBack } from './days'
export { followRecords, type Follower, type Following } from './following'

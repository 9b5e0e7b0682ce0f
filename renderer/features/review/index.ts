export { ReviewItems } from './ReviewItems'
export { ReviewNotice, ReviewScreen } from './ReviewScreen'

export { EnterResults } from './EnterResults'
export { whomText } from './expected'
export { ResultEntryDialog } from './ResultEntryDialog'
export { ReferenceRanges } from './ReferenceRanges'

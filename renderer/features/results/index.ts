export { hasRange, outsideCount, Report, ResultsTab } from './ResultsTab'
export { splitAtPoint, unitText } from './resultLine'

export { hasRange, outsideCount, Report, ResultsTab } from './ResultsTab'

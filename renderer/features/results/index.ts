export { insideOf, outsideCount, Report, ResultsTab } from './ResultsTab'
export { flagOf, splitAtPoint, unitText } from './resultLine'

export { ChartScreen, type ChartParts } from './ChartScreen'
export { chartTabs, type ChartTab } from './tabs'

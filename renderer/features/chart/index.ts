export { ChartScreen } from './ChartScreen'
export { chartTabs, type ChartTab } from './tabs'

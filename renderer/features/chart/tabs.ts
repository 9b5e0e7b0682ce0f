/** The parts of a chart. */
export const chartTabs = ['overview', 'vitals', 'encounters', 'results', 'imaging', 'timeline'] as const
export type ChartTab = (typeof chartTabs)[number]

/** Monitors at the bedside, on the practice host's side: whose their numbers are, and the rows that they chart. */
export { openMonitors, type MonitorDeps, type Monitors } from './monitors'
export { lyingIn, type Lying } from './lying'

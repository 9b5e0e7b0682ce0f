export { ResultTray } from './ResultTray'

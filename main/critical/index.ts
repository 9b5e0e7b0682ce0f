/** Critical results: who must be told, who was, and who is on duty. */
export { openCriticals, type CriticalDeps, type Criticals } from './desk'

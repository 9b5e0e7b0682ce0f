export { Findings } from './Findings'
export { ProblemsPanel } from './ProblemsPanel'

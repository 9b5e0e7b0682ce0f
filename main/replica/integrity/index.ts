export { FileGuard, hasMarksOf, headPath, ledgerPath } from './fileGuard'

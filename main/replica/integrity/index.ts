export { FileGuard, hasMarksOf, headPath, ledgerPath, pagesOf } from './fileGuard'

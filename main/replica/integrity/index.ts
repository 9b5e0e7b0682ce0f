export { FileGuard, hasMarksOf, headPath, ledgerPath, readLedger } from './fileGuard'
export { saysDamaged } from './saysDamaged'

export { PairWizard } from './PairWizard'

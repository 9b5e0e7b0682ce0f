export { CodePicker, ConceptWords } from './CodePicker'
export { CodeSetsScreen } from './CodeSetsScreen'

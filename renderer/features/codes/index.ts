export { CodePicker, ConceptWords } from './CodePicker'

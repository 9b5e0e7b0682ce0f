export { SourceButton, type SourceOf } from './SourceButton'

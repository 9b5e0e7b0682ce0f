export { SourceDialog } from './SourceDialog'
export { TerminalScreen } from './TerminalScreen'

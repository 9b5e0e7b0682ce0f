export { HistoryButton } from './HistoryButton'
export { fieldWords, valueWords } from './words'

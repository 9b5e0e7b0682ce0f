export { fitOf, ranked, settingsFor, type Fit, type FittedMessage } from './fit'
export { likenessOf, type Likeness } from './readable'
export { SettingsSearch, type SearchState } from './search'

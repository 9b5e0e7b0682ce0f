export { openJournal, type Journal, type JournalEntry } from './journal'

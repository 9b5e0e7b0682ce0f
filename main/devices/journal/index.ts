export { openJournal, sealJournalAnew, type Journal, type JournalEntry } from './journal'

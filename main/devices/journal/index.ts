export { openJournal, sealJournalAnew, type Journal, type JournalEntry, type Kept } from './journal'

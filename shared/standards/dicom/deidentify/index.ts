/** De-identification by PS3.15 annex E. */
export * from './deidentify'
export * from './table'

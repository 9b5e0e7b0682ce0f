/** Where received instances lie, on disk and sealed, between the DICOM host and the archive. */
export { openSpool, readSpooled, sealSpoolAnew, spoolKeyName, type Spool, type SpoolDraft, type SpoolEntry, type SpoolNote, type SpoolOptions } from './spool'
export { largestFile } from './largestFile'

import type { Step } from '../growth/migrate'

/**
 * The steps of the records' schema, one file each, never edited after its release: the first leads from version 0, the
 * schema of the first release, to version 1. There is none yet. A record that a workstation of an earlier version wrote
 * takes the same steps when it comes from the server.
 */
export const recordSteps: readonly Step[] = []

/** A record as a workstation of whichever earlier version wrote it, in the form of this version. */
export const inPresentForm: Step = (document) => recordSteps.reduce((changed, step) => step(changed), document)

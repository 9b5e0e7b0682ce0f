/** What every association of ours says of itself, and takes. */

/** Implementation version name (PS3.7 §D.3.3.2.4). */
export const implementationVersion = 'OUTPOST'

/** The longest P-DATA-TF that we take, bytes: as long as dcmtk sends them. */
export const longestPdu = 128 * 1024

/** Verification SOP Class (PS3.4 annex A). */
export const verificationSopClass = '1.2.840.10008.1.1'

/** Modality Worklist Information Model - FIND (PS3.4 annex K). */
export const worklistSopClass = '1.2.840.10008.5.1.4.31'

/**
 * Everything that can go wrong across the boundary, as a closed set. The wording lives in
 * `resources/locales`; a screen shows what happened, what was kept and what to do next.
 */
export const problemKinds = [
  // the boundary itself
  'unknown-request', // no request of this name in the contract
  'bad-shape', // the payload does not have the shape that the contract asks for
  'not-signed-in', // nobody is signed in on this window
  'session-locked', // somebody is, and the screen is locked
  'not-allowed', // the role × action table says no
  'not-found', // no such thing; also the answer for another practice's things
  'host-restarting', // the practice host died and is being started again
  'internal', // a fault of ours; the details are in the log, without patient detail
  // practice and access
  'no-practice', // no practice is open
  'practice-exists', // this data folder already holds a practice
  'practice-in-use', // another process has the practice open
  'wrong-passphrase', // the passphrase or recovery code does not open the practice
  'keys-to-renew', // the data key cannot be changed before facts.lock (recovery, passphrase) was made anew
  'keystore-unavailable', // the operating system's keystore cannot open what it once wrapped
  'wrong-credentials', // user or password is wrong
  'locked-out', // too many wrong passwords; facts.until says when to try again
  'name-taken',
  'newer-version', // a newer version of Outpost has written these records
  'replica-damaged', // the database file does not read back as it was written
  'nothing-readable', // neither the damaged file nor a backup gave any record
  // records
  'conflict', // the record changed since it was read
  'append-only', // the record may not be changed, only corrected by a new version
  'implausible-value', // facts.field, facts.limit
  'disk-full',
  // devices
  'port-in-use',
  'port-missing',
  'port-denied',
  'port-failed',
  'line-closed', // the line is not open, or too much waits to be sent already
  'profile-unknown',
  'profile-taken', // another profile has this id, or something lies where its folder would be
  'bytes-elsewhere', // the journal of this workstation has no bytes of this result
  'no-recording', // the file is no recording of a line, or nothing was recorded
  'cannot-blank', // what tells of patients cannot be found in this device's packets
  'folder-unwritable',
  'device-host-restarting',
  'no-reading', // the device has given no usable reading
  'several-beds', // the device has reported more than one bed: nobody can say whose its numbers are
  'reading-stale', // the reading is older than the limit; take it again
  'already-filed',
  'accession-unknown', // no order has this accession number
  'serves-another', // the monitor is bound to another patient: it has to be moved first
  'bed-there', // facts.bed: there is a bed of this name already
  'bed-in-use', // facts.bed: somebody lies in it, or a monitor stands at it
  'bed-of-another', // facts.bed: another patient lies in the bed where the monitor stands
  'quality-control', // a control sample is never filed on a patient
  'unreadable-result', // a result that could not be read cannot be filed
  'unit-unknown', // facts.unit is no unit that Outpost can convert
  'unit-other-quantity', // facts.unit measures something else than the unit of the chart
  'read-back-differs', // what was read back is not what the result says
  'molar-mass-unknown', // mass and amount become each other for known substances only
  // imaging
  'folder-unreadable',
  'study-incomplete',
  'study-not-confirmed', // the server does not have all images of the study, so they stay here
  'not-dicomweb', // what answers at the address is no DICOMweb server
  'viewer-link-wrong', // facts.fault: see `viewerLinkFault`
  'no-viewer-link', // no outside viewer is set up, or its address asks for what is not known of this study
  'peer-unreachable', // nobody answers at the peer's address
  'peer-rejected', // facts.reason: in terms of DICOM
  'peer-silent', // the peer took the line and says nothing
  'peer-broke-off',
  'training-stays-here', // a training practice exchanges images with this computer alone
  // sync
  'server-unreachable',
  'server-refused', // wrong user or password on the server
  'certificate-date', // the server's certificate has run out or is not yet valid, by this computer's clock
  'certificate-name', // the server's certificate is for another address
  'certificate-unknown', // nobody whom this computer trusts vouches for the server
  'certificate-changed', // the server shows another certificate than the one that was agreed on
  'not-secure', // what answers at a https address speaks no TLS that is good enough
  'needs-https', // a password that is to last would go over a line that others can read
  'server-other-practice', // the database belongs to another practice
  'server-made-anew', // the database that was joined is gone, or was made anew
  'training-never-syncs', // a training practice cannot be joined to a real centre
  'join-code-wrong', // not the code that the hub shows, or another computer answers in its place
  'join-code-over', // used, or out of time
  'station-taken', // facts.station: another workstation of the practice has these letters
  'hub-off', // this workstation is not the hub
  'hub-on', // this workstation is the hub, so it cannot join another one
  'no-server', // no server is set up that would keep, or could send, what this is about
  // sticks
  'stick-missing', // the folder is not there: the stick is not plugged in
  'stick-unwritable',
  'stick-full',
  'stick-none', // nothing of another workstation of this practice lies there
  'stick-code-needed', // it is sealed under a code that this workstation does not know
  'stick-code-wrong', // facts.group: where the slip is
  'stick-damaged',
  // backup
  'backup-folder-missing', // the folder is not there: the disk is not plugged in
  'backup-folder-unwritable', // facts.reason 'inside': it lies in the data folder itself
  'backup-disk-full',
  'backup-none', // no finished backup lies there
  'backup-damaged', // facts.segment or facts.file, facts.reason
  'backup-running', // one thing at a time
  'cancelled',
] as const

/** See {@link problemKinds}. */
export type ProblemKind = (typeof problemKinds)[number]

/** Why a request was refused. */
export interface Problem {
  readonly kind: ProblemKind
  /** Facts that the wording needs (a field, a limit, a port): never names or values of a patient. */
  readonly facts: Readonly<Record<string, string | number>>
}

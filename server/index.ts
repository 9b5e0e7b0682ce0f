/** The centre: a CouchDB, one node or a cluster, as practices need it. Everything is done over its own protocol. */
export { inviteStation, listStations, removeExpired, revokeStation, type Invitation, type StationAccount } from './accounts'
export { backUpCentre, restoreCentre, verifyCentreBackup, type CopyReport } from './backup'
export { CentreProblem, openCouch, type Couch, type CouchAddress } from './couch'
export { prepare, type Deployment, type Prepared } from './prepare'
export { provision, roleOf, type Step, type WantedPractice } from './provision'
export { validateRecords } from './validateDocUpdate'

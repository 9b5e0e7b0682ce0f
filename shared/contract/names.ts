import type { RequestName } from './index'

/**
 * The request names alone, so that the preload bundle carries no payload checks. The two type
 * checks below fail to compile when the list and the contract differ.
 */
export const requestNames = [
  'practiceState', 'createPractice', 'openDemo', 'joinPractice', 'unlockPractice', 'repairPractice', 'leaveRepair',
  'signInChoices', 'signIn', 'signInByPin', 'lock', 'signOut', 'whoAmI', 'listStaff', 'addStaff', 'readAudit',
  'readPreferences', 'setOwnLanguage', 'setPracticePreferences',
  'readDrafts', 'keepDrafts',
  'listPatients', 'findPatients', 'findSamePeople', 'registerPatient', 'updatePatient', 'readChart', 'readBanner', 'recordAllergy', 'recordNoKnownAllergies',
  'startEncounter', 'finishEncounter', 'addNote', 'addAddendum', 'listEncounters', 'recordVitals', 'correctVital', 'listVitals', 'placeOrder', 'listOrders', 'listReports', 'resultHistory',
  'readScoredAs', 'chooseSpo2Scale', 'recordPregnancy', 'dueObservations', 'planObservations', 'takeMonitoring', 'readResponses', 'saveResponse',
  'listProblems', 'addProblem', 'resolveProblem', 'reopenProblem', 'amendProblem', 'withdrawProblem', 'listFindings', 'recordFindings', 'withdrawFinding',
  'searchCodes', 'addTerm', 'listCodeSets', 'keepCodes', 'finishCodeSet', 'offerCodeSet',
  'bluetoothState', 'findBluetooth', 'pairBluetooth', 'answerBluetooth', 'forgetBluetooth',
  'listPorts', 'listProfiles', 'readProfileFolder', 'listDevices', 'pairDevice', 'unpairDevice', 'attachSimulator', 'simulateResult', 'takeReading', 'confirmReading',
  'listTray', 'findOrder', 'fileTrayItem', 'rejectTrayItem', 'replayCapture',
  'readEntrySheet', 'saveTypedResults', 'listTestRanges', 'saveTestRanges', 'readLabReport',
  'listUnverified', 'decideResults', 'listUnmapped', 'readLabSettings', 'saveTestMapping', 'removeTestMapping', 'saveTestRule', 'setLabPolicy',
  'readTimeline', 'countInbox', 'listInbox', 'listInboxes', 'signOffResult', 'takeOverResult', 'listSignOffs', 'correctResult', 'listVerified',
  'readCatalogue', 'saveCatalogueTest', 'saveCataloguePanel', 'saveCatalogueSet',
  'placeLabOrders', 'listLabOrders', 'withdrawLabOrder', 'closeLabOrder', 'collectSpecimens', 'receiveSpecimens', 'rejectSpecimen', 'findByAccession', 'labWorklist',
  'countCriticals', 'listCriticals', 'answerCritical', 'readCriticalLog', 'readRoster', 'saveRoster',
  'openLine', 'readLine', 'writeLine', 'setLine', 'closeLine', 'findDevice', 'tryProfile', 'readPairing', 'studyRecording', 'readDraft', 'saveProfile', 'listInventory', 'keepUpkeep',
  'listTraces', 'openTrace', 'readTrace', 'resultSource', 'traySource', 'startReplay', 'replayFile', 'readReplay', 'stopReplay', 'saveTrace',
  'readWard', 'addBed', 'removeBed', 'seatPatient', 'emptyBed', 'placeMonitor', 'confirmMonitor', 'releaseMonitor', 'setFeedRules', 'watchWaves', 'listUnknownBeds', 'fileUnknownBed', 'dismissUnknownBed',
  'readQueue', 'arrive', 'recordTriage', 'seeNext', 'leaveQueue',
  'readHandover', 'giveHandover', 'takeHandover',
  'readWristband', 'printWristband', 'readSerialScanner', 'setSerialScanner',
  'dicomNetworkState', 'setDicomNetwork', 'decidePutAside', 'listImagingPeers', 'saveImagingPeer', 'removeImagingPeer', 'testImagingPeer',
  'readArchive', 'setKeepRule', 'makeRoom', 'checkArchive', 'mendArchive', 'cancelArchiveJob', 'dropStudy', 'deleteStudy', 'keepThumbnail', 'studyThumbnails', 'studyWhereabouts',
  'importFolder', 'lookThrough', 'importChosen', 'cancelImport', 'readImport', 'listStudies', 'openStudy', 'listImagingTray', 'fileStudy',
  'readPixelMeanings', 'listAnnotations', 'addAnnotation', 'changeAnnotation', 'removeAnnotation', 'annotationHistory',
  'readImagingFile',
  'placeImagingOrder', 'listImagingOrders', 'markImagingPerformed', 'cancelImagingOrder', 'linkStudyToOrder', 'moveStudyBack', 'explainImagingTray',
  'signImagingReport', 'addToImagingReport', 'withdrawImagingReport', 'listImagingReports', 'noticesShown',
  'listReportTemplates', 'saveReportTemplate', 'removeReportTemplate', 'readLetterhead',
  'listExchangePeers', 'sendStudy', 'readOutbox', 'retrySend', 'cancelSend', 'setSendingNight', 'findPriors', 'fetchPrior', 'listFetchedPriors', 'cancelFetchPrior', 'readWorklist',
  'planExport', 'exportStudies', 'readExport', 'cancelExport', 'savePicture',
  'listDicomWebServers', 'saveDicomWebServer', 'removeDicomWebServer', 'testDicomWebServer',
  'readViewerLink', 'setViewerLink', 'openViewerLink',
  'recordHistory',
  'storageState', 'storageSizes', 'planPurge', 'purge', 'fetchAllOlder', 'cancelStorageJob', 'olderRecords', 'fetchOlder', 'readDigests', 'readDigestOfDay',
  'securityState', 'changePassphrase', 'newRecoveryCode', 'confirmRecoveryCode', 'changeKey',
  'backupState', 'chooseBackupFolder', 'backUpNow', 'rehearseBackup', 'cancelBackup', 'findBackups', 'restoreBackup', 'cancelRestore',
  'hubState', 'turnOnHub', 'turnOffHub', 'makeJoinCode', 'endJoinCode', 'removeHubMember', 'setHubCentre', 'forgetHubCentre', 'joinHub', 'listServers', 'useServer', 'findHubs', 'joinPracticeAtHub',
  'syncState', 'configureSync', 'disconnectSync', 'syncNow', 'listOutbox', 'compareWithServer', 'listDifferences', 'resendRefused', 'takeServersVersion', 'joinServerAgain', 'listReviewItems', 'resolveReviewItem', 'reopenReviewItem',
  'filesState', 'setTravelRule', 'sendFilesNow', 'fetchStudy', 'cancelFetchStudy',
  'stickState', 'writeStick', 'readStick', 'cancelStick', 'stickCode',
] as const satisfies readonly RequestName[]

type Missing = Exclude<RequestName, (typeof requestNames)[number]>
const nothingMissing: Missing extends never ? true : Missing = true
void nothingMissing

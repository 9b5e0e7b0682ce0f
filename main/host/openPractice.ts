import { join } from 'node:path'
import type { RequestName, SideProcess } from '../../shared/contract'
import { studyUidOf } from '../../shared/records/imaging-study/study'
import { type Access, openExchangeKeys, type OpenedKey, type TellConnection } from '../access'
import { openBackupDesk } from '../backup'
import { offerSet, openBlobs } from '../blobs'
import { openCharting, openScoreResponse } from '../charting'
import { openCodes } from '../codes'
import { openCriticals } from '../critical'
import { sealBlackBoxAnew, sealJournalAnew } from '../devices'
import { openDeviceDesk, openSerialScanner } from '../devices/inbox'
import { openInventory } from '../devices/inventory'
import { lyingIn, openMonitors, type Monitors } from '../devices/monitors'
import { openDrafts } from '../drafts'
import { backupHandlers } from '../gate/backup'
import { bluetoothHandlers } from '../gate/bluetooth'
import { bedsideHandlers } from '../gate/bedside'
import { blackBoxHandlers } from '../gate/blackBox'
import { chartingHandlers } from '../gate/charting'
import { codeHandlers } from '../gate/codes'
import { conditionHandlers } from '../gate/conditions'
import { criticalHandlers } from '../gate/critical'
import { deviceHandlers } from '../gate/devices'
import { dicomNetworkHandlers } from '../gate/dicomNetwork'
import { dicomWebHandlers } from '../gate/dicomWeb'
import { exchangeHandlers } from '../gate/exchange'
import { fileHandlers, filesStateOf } from '../gate/files'
import type { AnyHandler } from '../gate/gate'
import type { Announce } from '../gate/handler'
import { draftHandlers } from '../gate/drafts'
import { earlyWarningHandlers } from '../gate/earlyWarning'
import { historyHandlers } from '../gate/history'
import type { HubDesk } from '../gate/hub'
import { imagingHandlers } from '../gate/imaging'
import { imagingAnnotationHandlers } from '../gate/imagingAnnotations'
import { imagingExchangeHandlers } from '../gate/imagingExchange'
import { imagingExportHandlers } from '../gate/imagingExport'
import { imagingStorageHandlers } from '../gate/imagingStorage'
import { imagingOrderHandlers } from '../gate/imagingOrders'
import { imagingDocumentHandlers } from '../gate/imagingDocuments'
import { labCatalogueHandlers } from '../gate/labCatalogue'
import { labResultHandlers } from '../gate/labResults'
import { inboxHandlers } from '../gate/inbox'
import { labOrderHandlers } from '../gate/labOrders'
import { labReviewHandlers } from '../gate/labReview'
import { inventoryHandlers } from '../gate/inventory'
import { lineHandlers } from '../gate/lines'
import { patientHandlers } from '../gate/patients'
import type { SecurityDesk } from '../gate/security'
import { stickHandlers } from '../gate/stick'
import { storageHandlers } from '../gate/storage'
import { reviewHandlers } from '../gate/review'
import { syncHandlers } from '../gate/sync'
import { handoverHandlers } from '../gate/handover'
import { scanHandlers } from '../gate/scan'
import { triageHandlers } from '../gate/triage'
import { timelineHandlers } from '../gate/timeline'
import { viewerLinkHandlers } from '../gate/viewerLink'
import { workbenchHandlers } from '../gate/workbench'
import { openAnnotations, openDicomWebCarrier, openDicomWebServers, openImaging, openImagingNetwork, openPeers, openServices, openViewerLinks, setOfStudy } from '../imaging'
import { fingerprintOf, lanAddresses, makeCertificate } from '../lan'
import { openDigests, openFinder, openGrowth, openPurged, purgedTypes, type Replica } from '../replica'
import { deriveKey } from '../sealed'
import { openStickDesk } from '../stick'
import { openSync } from '../sync'
import { announceRecordChanges } from './recordChanges'

/** What opening a practice takes. */
export interface PracticeOptions extends OpenedKey {
  readonly folder: string
  readonly announce: Announce
  /** Tells one window that its session was locked or ended. */
  readonly tell: TellConnection
  readonly security: SecurityDesk
  readonly hub: HubDesk
  /** Shows an address in the system's browser; absent where there is no window. */
  openOutside?(url: string): void
  /** Asks for a side process; its link comes by `link`. */
  need(process: SideProcess): void
  /** Ends it; what it answers resolves when it is gone. */
  noNeed(process: SideProcess): void | Promise<void>
  /** Others send to this computer: it is to go on without a window. */
  stay?(on: boolean): void
  /** The records are brought into the form of this version: documents done, of all. */
  readonly onMigration?: (done: number, of: number) => void
  /** A part that opens by itself, later, could not be opened. */
  failed(error: unknown): void
  /** One line for the log. */
  log(line: string): void
}

/** What the parts need of those who sign in. */
interface People {
  readonly audit: Access['audit']
  /** When somebody last touched this workstation, milliseconds since 1970. */
  touchedAt(): number
  /** Whether the practice has a laboratory technician. */
  hasTechnician(): Promise<boolean>
}

/**
 * Puts the journal under the present key. A change of the key stops the device host first, and it is asked for again only
 * after this. A disk that is full must not keep people from their charts: the journal then waits for the next start.
 */
const journalFollows = async ({ folder, key, earlier, log }: Pick<PracticeOptions, 'folder' | 'key' | 'earlier' | 'log'>): Promise<boolean> => {
  if (!earlier) return true
  try {
    const keys = { key: deriveKey(key, 'outpost/journal'), earlier: deriveKey(earlier, 'outpost/journal') }
    const damaged = await sealJournalAnew(join(folder, 'journal'), keys)
    await sealBlackBoxAnew(join(folder, 'journal'), keys)
    if (damaged.length > 0) log(`${damaged.length} segments of the journal do not read back as they were written`)
    return true
  } catch (reason) {
    log(`the journal is not under the new key yet: ${(reason as NodeJS.ErrnoException).code ?? 'unknown'}`)
    return false
  }
}

/** What has been opened, to be closed again, the last one first. */
class OpenedParts {
  private readonly closing: (() => unknown)[] = []

  keep<Part extends { close(): unknown }>(part: Part): Part {
    this.closing.unshift(() => part.close())
    return part
  }

  async close(): Promise<void> {
    for (const each of this.closing.splice(0)) await each()
  }
}

/** Opens everything behind the sign-in screen, or nothing of it. */
export const openParts = async (options: PracticeOptions, replica: Replica, people: People) => {
  const opened = new OpenedParts()
  try {
    return await openInto(opened, options, replica, people)
  } catch (reason) {
    await opened.close().catch(options.failed)
    throw reason
  }
}

const openInto = async (opened: OpenedParts, { folder, key, earlier, practice, station, need, noNeed, stay, hub, announce, failed, log, openOutside }: PracticeOptions, replica: Replica, { audit, touchedAt, hasTechnician }: People) => {
  // The first question that rests on a whole table would look the whole file over at once; by itself it does so in turns.
  await replica.lookedOver()
  const hasJournalFollowed = await journalFollows({ folder, key, earlier, log })
  const finder = opened.keep(await openFinder(replica))
  const charting = opened.keep(openCharting({ replica, finder }))
  const imaging = opened.keep(await openImaging({
    replica, folder: join(folder, 'archive'), key, ...(earlier && { earlierKey: earlier }), announce, stored: (set) => offerSet(replica.local, set),
  }))
  const peers = openPeers(replica, { training: practice.training })
  const network = opened.keep(await openImagingNetwork({
    replica, peers, station, training: practice.training, intake: imaging.intake, folder: join(folder, 'spool'), key, ...(earlier && { earlierKey: earlier }),
    need: () => need('dicom'),
    noNeed: () => noNeed('dicom'),
    stay: (on) => stay?.(on),
    addresses: lanAddresses,
    makeCertificate: async () => makeCertificate('outpost'),
    fingerprintOf: async (certificate) => fingerprintOf(certificate),
    changed: () => announce('dicomNetworkChanged', null),
  }))
  const dicomWeb = openDicomWebServers(replica, peers)
  const web = openDicomWebCarrier({ servers: dicomWeb, files: imaging.files })
  const services = opened.keep(await openServices({ replica, imaging, peers, own: network, web, changed: () => announce('imagingExchangeChanged', null), log }))
  network.use({ answerWorklist: services.answerWorklist, expected: async (file) => services.pulls.expected(file) })
  /** What the monitors are told, once they are open. */
  const bedside: { monitors?: Monitors } = {}
  const inventory = opened.keep(await openInventory({ replica }))
  const devices = opened.keep(await openDeviceDesk({
    replica,
    told: inventory.hear,
    folder: join(folder, 'journal'),
    journalKey: deriveKey(key, 'outpost/journal'),
    training: practice.training,
    profileFolder: join(folder, 'profiles'),
    devicesChanged: (entries) => {
      announce('devicesChanged', entries)
      bedside.monitors?.devicesChanged(entries)
    },
    readingChanged: (reading) => {
      announce('readingChanged', reading)
      bedside.monitors?.heard(reading)
    },
    trayChanged: (waiting) => announce('trayChanged', { waiting }),
    hasTechnician,
    expectedOf: charting.expectedOf,
    // Nothing comes before the monitors are open; if it did, the journal would keep it.
    storeVitals: (capture) => bedside.monitors?.store(capture) ?? Promise.reject(new Error('the monitors are not open yet')),
    waveChanged: (piece) => announce('waveChanged', piece),
    servesAnother: (device, patient) => bedside.monitors?.servesAnother(device, patient) ?? false,
  }))
  const monitors = opened.keep(await openMonitors({ replica, devices: devices.listDevices, announce }))
  bedside.monitors = monitors
  const scanner = opened.keep(await openSerialScanner({ local: replica.local, line: devices.line, scanned: (code) => announce('codeScanned', { code }) }))
  let isCatchingUp = () => false
  const criticals = opened.keep(await openCriticals({
    isCatchingUp: () => isCatchingUp(),
    replica,
    announce,
    audit: ({ action, patient, alert }) => audit.write({ session: null, action, patient, also: [`Communication/${alert}`], outcome: 'done' }),
    scoreNow: charting.earlyWarning.scoreNow,
    bedOf: async (patient) => lyingIn((await monitors.ward()).beds).find((lying) => lying.patient.id === patient)?.name,
    failed,
  }))
  opened.keep(await openScoreResponse({ replica, due: charting.earlyWarning.due, failed }))
  const purged = opened.keep(await openPurged(replica))
  const digests = opened.keep(openDigests(replica.collection, { purged: purged.versions }))
  let syncChanged: () => void = () => undefined
  const sync = opened.keep(await openSync({
    replica, practice, digests, passOver: ({ id, at }) => purged.isPurged(id, at),
    announce: (name, state) => {
      announce(name, state)
      syncChanged()
    },
  }))
  isCatchingUp = () => {
    const { link, progress } = sync.state()
    return link === 'online' && progress !== undefined
  }
  const exchangeKeys = openExchangeKeys(replica)
  const blobs = opened.keep(await openBlobs({
    local: replica.local, practice, folder: join(folder, 'blobs'), keys: exchangeKeys, keeper: imaging.files, sync, log,
    changed: (state) => announce('filesChanged', filesStateOf(state)),
  }))
  syncChanged = blobs.syncChanged
  // What is still to be sent to another place has to be here.
  imaging.keeping.useServer({ ...blobs.onServer, fetch: blobs.fetch }, async () =>
    new Set((await services.readOutbox()).sends.flatMap(({ state, studyInstanceUid }) => (state === 'sent' || state === 'cancelled' ? [] : [studyInstanceUid]))),
  )
  const stick = opened.keep(openStickDesk({
    replica, practice, keys: exchangeKeys, log,
    images: { ...imaging.files, setOf: ({ resource }) => setOfStudy(studyUidOf(resource)) },
    passOver: ({ id, at }) => purged.isPurged(id, at),
    changed: (state) => announce('stickChanged', state),
  }))
  const growth = opened.keep(await openGrowth({ replica, ledger: purged, server: sync, folder, announce, chartsChanged: (patients) => announce('recordsChanged', { types: [...purgedTypes], patients }) }))
  const backup = opened.keep(await openBackupDesk({
    replica,
    data: folder,
    key,
    ...(earlier && { earlier }),
    practice,
    announce,
    audit: (action, outcome) => audit.write({ session: null, action, outcome }),
    touchedAt,
    log,
  }))
  opened.keep({ close: announceRecordChanges(replica, announce) })
  const handlers: Partial<Record<RequestName, AnyHandler>> = {
    ...patientHandlers({ charting }),
    ...chartingHandlers({ charting }),
    ...conditionHandlers({ charting }),
    ...codeHandlers({ codes: opened.keep(openCodes({ replica })) }),
    ...draftHandlers({ drafts: openDrafts(replica) }),
    ...earlyWarningHandlers({ charting }),
    ...deviceHandlers({ devices, replica }),
    ...bedsideHandlers({ monitors, devices }),
    ...triageHandlers({ charting }),
    ...scanHandlers({ charting, scanner }),
    ...handoverHandlers({ charting, monitors }),
    ...bluetoothHandlers({ devices }),
    ...lineHandlers({ devices }),
    ...workbenchHandlers({ devices }),
    ...inventoryHandlers({ devices, inventory }),
    ...blackBoxHandlers({ devices, replica }),
    ...labReviewHandlers({ lab: devices.lab }),
    ...labResultHandlers({ labResults: charting.labResults(devices.lab) }),
    ...labCatalogueHandlers({ charting }),
    ...labOrderHandlers({ charting }),
    ...timelineHandlers({ charting }),
    ...inboxHandlers({ charting, criticals, lab: devices.lab }),
    ...criticalHandlers({ criticals }),
    ...imagingHandlers({ imaging, replica }),
    ...imagingStorageHandlers({ imaging, charting, replica }),
    ...dicomNetworkHandlers({ network, peers }),
    ...imagingAnnotationHandlers({ annotations: openAnnotations({ replica, readFile: imaging.fileForReading }) }),
    ...imagingOrderHandlers({ charting, imaging, replica }),
    ...imagingExchangeHandlers({ services }),
    ...imagingExportHandlers({ imaging }),
    ...imagingDocumentHandlers({ imaging }),
    ...dicomWebHandlers({ servers: dicomWeb }),
    ...viewerLinkHandlers({ viewerLink: openViewerLinks({ replica, ...(openOutside && { openOutside }) }) }),
    ...historyHandlers({ replica }),
    ...syncHandlers({ sync, replica, isHub: () => hub.serves() }),
    ...exchangeHandlers({ sync, replica }),
    ...reviewHandlers({ replica }),
    ...fileHandlers({ blobs, replica }),
    ...stickHandlers({ stick }),
    ...storageHandlers({ growth, digests, replica }),
    ...backupHandlers({ backup }),
  }
  return {
    // So has what was received and not taken in.
    hasJournalFollowed: hasJournalFollowed && network.hasFollowed,
    charting,
    imaging,
    network,
    devices,
    monitors,
    sync,
    blobs,
    stick,
    digests,
    growth,
    backup,
    handlers,
    close: () => opened.close(),
  }
}

/** The parts behind the sign-in screen. */
export type PracticeParts = Awaited<ReturnType<typeof openParts>>

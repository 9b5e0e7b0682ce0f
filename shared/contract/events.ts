import type { BackupState } from './backup'
import type { FilesState } from './files'
import type { ImportProgress } from './imaging'
import type { ArchiveState } from './imagingStorage'
import type { FeedNumbers, WavePiece } from './bedside'
import type { DeviceEntry, Reading } from './devices'
import type { HubState } from './hub'
import type { PracticeState } from './practice'
import type { SecurityState } from './security'
import type { StickState } from './stick'
import type { StorageState } from './storage'
import type { SyncState } from './sync'

/**
 * What the practice host tells every window without being asked. Only `practiceChanged`, `sessionChanged`,
 * `criticalsChanged` and `hostChanged` reach a window on which nobody is signed in.
 */
export interface ClinicEvents {
  practiceChanged: PracticeState
  /** The session of this window was locked or ended by the host (idle, signed in elsewhere). */
  sessionChanged: { readonly state: 'locked' | 'signed-out' }
  /** Records changed, here or by sync: what must be read again. */
  recordsChanged: { readonly types: readonly string[]; readonly patients: readonly string[] }
  devicesChanged: readonly DeviceEntry[]
  readingChanged: Reading
  /** Beds, or whom their monitors serve, changed. */
  wardChanged: null
  /** The newest numbers of a monitor, about once a second. */
  numbersChanged: FeedNumbers
  /** Curves of the devices that somebody watches. */
  waveChanged: WavePiece
  /** A scanner at a serial port of this workstation read a code. */
  codeScanned: { readonly code: string }
  trayChanged: { readonly waiting: number }
  /** How many critical results nobody has answered; without names, for it reaches windows on which nobody is signed in. */
  criticalsChanged: { readonly open: number }
  importChanged: ImportProgress
  syncStateChanged: SyncState
  hubChanged: HubState
  /** What this workstation listens for on DICOM's network, or what came, changed; `dicomNetworkState` tells. */
  dicomNetworkChanged: null
  /** The outbox, or a study that is fetched from another place, changed; `readOutbox` and `listFetchedPriors` tell. */
  imagingExchangeChanged: null
  filesChanged: FilesState
  /** Room for images on this workstation, and work on the archive. */
  imagingArchiveChanged: ArchiveState
  /** Only those who may use sticks read it. */
  stickChanged: StickState
  /** Keys and locks of this workstation; only those who may manage them read it. */
  securityChanged: { readonly following: SecurityState['following'] | null }
  storageChanged: StorageState
  backupChanged: BackupState
  /** A host died and was started again; `practice` asks people to sign in again. */
  hostChanged: { readonly host: 'practice' | 'device'; readonly state: 'restarting' | 'running' | 'failed' }
}

/** Every event, as a value: the bridge forwards these and no others. */
export const eventNames = [
  'practiceChanged',
  'sessionChanged',
  'recordsChanged',
  'devicesChanged',
  'readingChanged',
  'wardChanged',
  'numbersChanged',
  'waveChanged',
  'codeScanned',
  'trayChanged',
  'criticalsChanged',
  'importChanged',
  'syncStateChanged',
  'hubChanged',
  'dicomNetworkChanged',
  'imagingExchangeChanged',
  'filesChanged',
  'imagingArchiveChanged',
  'stickChanged',
  'securityChanged',
  'storageChanged',
  'backupChanged',
  'hostChanged',
] as const satisfies readonly (keyof ClinicEvents)[]

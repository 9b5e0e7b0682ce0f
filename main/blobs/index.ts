export { openBlobs, type Blobs, type BlobsParts, type BlobsState, type WantedSet } from './blobs'
export { offerSet } from './ledger'
export { isUnreadable, type FileKeeper, type KeptFile, type OnServer } from './types'

import { blobDatabaseName } from '../../shared/records/blobDatabase'
import { practiceDatabaseName } from '../../shared/records/practiceDatabase'
import { splitUrl, type ServerAddress } from '../sync'

/** The address of a practice's database for files, where its records are at `address`. */
export const blobAddress = (address: ServerAddress, practice: string): ServerAddress => {
  const { root, database = practiceDatabaseName(practice) } = splitUrl(address.url)
  return { ...address, url: `${root.href.replace(/\/$/, '')}/${encodeURIComponent(blobDatabaseName(database))}` }
}

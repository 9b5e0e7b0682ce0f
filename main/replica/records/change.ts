import type { Envelope } from '../../../shared/records/envelope'
import type { RecordChange } from '../types'

/** What is told of a record that was written. */
export const changeOf = (envelope: Envelope, isDeleted: boolean): RecordChange => ({
  type: envelope.type,
  id: envelope.id,
  subject: envelope.type === 'Patient' ? envelope.id : envelope.search.subject,
  envelope,
  ...(isDeleted ? { deleted: true } : {}),
})

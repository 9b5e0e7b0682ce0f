import { openCouch, type Couch } from '..'
import { openPretendCouch } from './pretendCouch'

/** A centre for tests: what administers CouchDB over the hub, or the CouchDB (node or cluster) of `COUCHDB_URL`. */
export interface TestCentre {
  readonly couch: Couch
  /** Its administrator, as one signs in. */
  readonly admin: { readonly name: string; readonly password: string }
  /** Loses a database, and has it restored. */
  putBack(database: string, restore: () => Promise<unknown>): Promise<void>
  /** Removes the databases and users of a practice, and the server if it was made for this. */
  close(): Promise<void>
}

/** Opens one; `practices` are removed at the end, with their workstations' accounts. */
export const openTestCentre = async (practices: readonly string[]): Promise<TestCentre> => {
  const given = process.env['COUCHDB_URL']
  if (given === undefined || given === '') {
    const pretend = await openPretendCouch()
    const couch = openCouch({ url: pretend.url, ...pretend.admin })
    return { couch, admin: { name: pretend.admin.user, password: pretend.admin.password }, putBack: putBackOn(couch), close: pretend.close }
  }
  const { username, password, origin } = new URL(given)
  const couch = openCouch({ url: origin, user: decodeURIComponent(username), password: decodeURIComponent(password) })
  const remove = async () => {
    for (const practice of practices) {
      const database = `outpost-${practice.toLowerCase()}`
      await couch.ask('DELETE', `/${database}`)
      await couch.ask('DELETE', `/${database}-blobs`)
      const prefix = `org.couchdb.user:${database}.`
      const range = `startkey=${encodeURIComponent(JSON.stringify(prefix))}&endkey=${encodeURIComponent(JSON.stringify(`${prefix}\ufff0`))}`
      const { body } = await couch.ask('GET', `/_users/_all_docs?${range}`)
      for (const { id, value } of (body['rows'] ?? []) as { id: string; value: { rev: string } }[]) await couch.ask('DELETE', `/_users/${encodeURIComponent(id)}?rev=${value.rev}`)
    }
  }
  await remove()
  return { couch, admin: { name: decodeURIComponent(username), password: decodeURIComponent(password) }, putBack: putBackOn(couch), close: remove }
}

const putBackOn = (couch: Couch): TestCentre['putBack'] => async (database, restore) => {
  await couch.must('DELETE', `/${database}`)
  await restore()
}

import { createHash, randomBytes, scrypt } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import { createGunzip, createGzip } from 'node:zlib'
import * as z from 'zod'
import { isBlobDatabase } from '../shared/records/blobDatabase'
import { deriveKey, makeFolder, openSealedFile, readSealedFile, writeSealedFile } from '../main/sealed'
import { CentreProblem, pathOf, type Couch } from './couch'

/*
 * A backup of the centre, over its own protocol, so that it is the same of one node and of three, and can be put on either.
 *
 *   set.json        the salt that, with the passphrase, makes the key; names nobody
 *   head            sealed: the databases, how far each has been copied, its segments with their digests
 *   <segment>       sealed: gzip of JSON lines; first what database and which `seq`, then documents with all their leaf revisions
 *
 * Each run adds what has changed since the last. A segment counts once the head names it, and the head is written last: a run that
 * is cut off leaves the backup as it was. `_local` documents are not copied: workstations see by their absence that the server was put
 * back, and send what it lost.
 */

/** Files are copied with their pieces, which are large. */
const pageSizeOfFiles = 40

/** One document of a segment: a leaf revision with its ancestry. */
interface CopiedDocument {
  readonly _id: string
  readonly _rev: string
  readonly [member: string]: unknown
}

const head = z.object({
  format: z.literal(1),
  databases: z.array(z.object({
    name: z.string(),
    /** When the server says that it made the database: another one, and everything is copied again. */
    made: z.string(),
    seq: z.string(),
    security: z.unknown(),
    segments: z.array(z.object({ name: z.string().regex(/^[0-9a-f]{24}$/), sha256: z.string(), documents: z.number(), at: z.string() })),
  })),
})
type Head = z.infer<typeof head>
type CopiedDatabase = Head['databases'][number]

/** What a run of the backup, or of putting it back, came to. */
export interface CopyReport {
  readonly databases: readonly { readonly name: string; readonly documents: number }[]
}

/** Databases of practices, their files, and the users. */
const isCopied = (name: string): boolean => name === '_users' || name.startsWith('outpost-')

const pageSize = 500
/** Characters of documents that are sent at a time. */
const pieceSize = 2_000_000

const keyOf = (passphrase: string, salt: Buffer): Promise<Uint8Array> =>
  new Promise((resolve, reject) =>
    scrypt(passphrase.normalize('NFKC'), salt, 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }, (error, key) => (error ? reject(error) : resolve(deriveKey(new Uint8Array(key), 'outpost/centre-backup')))),
  )

const openSet = async (folder: string, passphrase: string, make: boolean): Promise<{ readonly key: Uint8Array; readonly head: Head }> => {
  const path = join(folder, 'set.json')
  if (!existsSync(path)) {
    if (!make) throw new CentreProblem('not-found', 'there is no backup of a centre in this folder')
    await makeFolder(folder)
    const part = `${path}.part`
    await writeFile(part, `${JSON.stringify({ format: 1, salt: randomBytes(16).toString('base64') })}\n`, { mode: 0o600 })
    await rename(part, path)
  }
  const { salt } = z.object({ format: z.literal(1), salt: z.string() }).parse(JSON.parse(await readFile(path, 'utf8')))
  const key = await keyOf(passphrase, Buffer.from(salt, 'base64'))
  if (!existsSync(join(folder, 'head'))) return { key, head: { format: 1, databases: [] } }
  const bytes = await readSealedFile(join(folder, 'head'), key)
  return { key, head: head.parse(JSON.parse(Buffer.from(bytes).toString())) }
}

const digestOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer)
  return hash.digest('hex')
}

/** What comes out of a transform; what goes wrong before it comes out as well. */
const through = <Stream extends NodeJS.ReadWriteStream>(source: AsyncIterable<unknown>, transform: Stream): AsyncIterable<Uint8Array> => {
  pipeline(Readable.from(source), transform, () => undefined)
  return transform as unknown as AsyncIterable<Uint8Array>
}

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const piece of bytes) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

const segmentPath = (folder: string, name: string): string => join(folder, name)

interface Page {
  readonly documents: readonly CopiedDocument[]
  readonly seq: string
}

/** What has changed since, page by page: every leaf of every document, also tombstones and branches that nobody has closed yet. */
async function* changedSince(couch: Couch, database: string, since: string): AsyncIterable<Page> {
  const isFiles = isBlobDatabase(database)
  const limit = isFiles ? pageSizeOfFiles : pageSize
  for (let seq = since; ; ) {
    const query = `since=${encodeURIComponent(seq)}&limit=${limit}&style=all_docs`
    const { results, last_seq: last } = (await couch.must('GET', `${pathOf(database)}/_changes?${query}`)) as unknown as { readonly results: readonly { readonly id: string; readonly changes: readonly { readonly rev: string }[] }[]; readonly last_seq: string | number }
    const wanted = results.flatMap(({ id, changes }) => changes.map(({ rev }) => ({ id, rev })))
    if (wanted.length > 0) {
      const answer = (await couch.must('POST', `${pathOf(database)}/_bulk_get?revs=true${isFiles ? '&attachments=true' : ''}`, { docs: wanted })) as unknown as { readonly results: readonly { readonly docs: readonly { readonly ok?: CopiedDocument }[] }[] }
      yield { documents: answer.results.flatMap(({ docs }) => docs.flatMap(({ ok }) => (ok ? [ok] : []))), seq: String(last) }
    }
    seq = String(last)
    if (results.length < limit) return
  }
}

/**
 * Copies what has changed in all practices' databases, and the users, since the last run into the folder.
 *
 * @param passphrase seals the backup; without it nothing can be read back
 * @param options.only the database that is copied, instead of all
 */
export const backUpCentre = async (couch: Couch, folder: string, passphrase: string, { only, now = Date.now }: { readonly only?: string; readonly now?: () => number } = {}): Promise<CopyReport> => {
  const set = await openSet(folder, passphrase, true)
  const names = ((await couch.must('GET', '/_all_dbs')) as unknown as readonly string[]).filter((name) => (only === undefined ? isCopied(name) : name === only))
  if (only !== undefined && names.length === 0) throw new CentreProblem('not-found', `there is no database ${only}`)
  const databases = new Map(set.head.databases.map((database) => [database.name, database]))
  const report: { name: string; documents: number }[] = []
  for (const name of names) {
    const before = databases.get(name)
    const copied = await copyDatabase(couch, folder, set.key, name, before, now).catch(unlessGone)
    if (!copied) continue
    databases.set(name, copied.database)
    report.push({ name, documents: copied.documents })
    // One database after the other counts: a run that is cut off in the tenth has kept nine.
    await writeSealedFile(join(folder, 'head'), set.key, Buffer.from(JSON.stringify({ format: 1, databases: [...databases.values()] } satisfies Head)))
  }
  return { databases: report }
}

/** A database that was taken away while others were copied keeps what the backup has of it. */
const unlessGone = (error: unknown): undefined => {
  if (!(error instanceof CentreProblem) || error.status !== 404) throw error
}

const copyDatabase = async (couch: Couch, folder: string, key: Uint8Array, name: string, before: CopiedDatabase | undefined, now: () => number): Promise<{ readonly database: CopiedDatabase; readonly documents: number }> => {
  const { instance_start_time: made } = await couch.must('GET', pathOf(name))
  const security = await couch.must('GET', `${pathOf(name)}/_security`)
  const since = before !== undefined && before.made === String(made) ? before.seq : '0'
  const segment = randomBytes(12).toString('hex')
  let seq = since
  let documents = 0
  async function* lines(): AsyncIterable<string> {
    yield `${JSON.stringify({ database: name, since })}\n`
    for await (const page of changedSince(couch, name, since)) {
      documents += page.documents.length
      seq = page.seq
      yield page.documents.map((document) => `${JSON.stringify(document)}\n`).join('')
    }
  }
  const path = segmentPath(folder, segment)
  await writeSealedFile(path, key, through(lines(), createGzip()))
  const rest = { name, made: String(made), seq, security }
  const segments = before?.segments ?? []
  if (documents === 0) {
    await rm(path, { force: true })
    return { database: { ...rest, segments }, documents }
  }
  return { database: { ...rest, segments: [...segments, { name: segment, sha256: await digestOf(path), documents, at: new Date(now()).toISOString() }] }, documents }
}

/** The documents of a segment, checked against what the head says of it, in pieces of a size that can be sent. */
async function* documentsOf(folder: string, key: Uint8Array, { name, sha256, documents }: CopiedDatabase['segments'][number]): AsyncIterable<readonly CopiedDocument[]> {
  const path = segmentPath(folder, name)
  if ((await digestOf(path)) !== sha256) throw new CentreProblem('conflict', 'a part of the backup is not what was written')
  const file = await openSealedFile(path, key)
  try {
    let piece: CopiedDocument[] = []
    let size = 0
    let count = -1
    for await (const line of linesOf(through(file.stream(), createGunzip()))) {
      count += 1
      if (count === 0) continue
      piece.push(JSON.parse(line) as CopiedDocument)
      size += line.length
      if (size > pieceSize) {
        yield piece
        piece = []
        size = 0
      }
    }
    if (piece.length > 0) yield piece
    if (count !== documents) throw new CentreProblem('conflict', 'a part of the backup is shorter than it was')
  } finally {
    await file.close()
  }
}

/** Reads a whole backup without putting it anywhere; answers what is in it. */
export const verifyCentreBackup = async (folder: string, passphrase: string): Promise<CopyReport> => {
  const { key, head: { databases } } = await openSet(folder, passphrase, false)
  const report: { name: string; documents: number }[] = []
  for (const { name, segments } of databases) {
    let documents = 0
    for (const segment of segments) for await (const piece of documentsOf(folder, key, segment)) documents += piece.length
    report.push({ name, documents })
  }
  return { databases: report }
}

const isDesign = ({ _id }: CopiedDocument): boolean => _id.startsWith('_design/')

const putBack = async (couch: Couch, database: string, documents: readonly CopiedDocument[]): Promise<void> => {
  if (documents.length === 0) return
  const rows = (await couch.must('POST', `${pathOf(database)}/_bulk_docs`, { new_edits: false, docs: documents })) as unknown as readonly { readonly id: string; readonly error?: string; readonly reason?: string }[]
  const bad = rows.find(({ error }) => error !== undefined)
  if (bad) throw new CentreProblem('answered', `a document was not taken back: ${bad.error} ${bad.reason ?? ''}`)
}

/**
 * Puts a backup on a server: each database as it was, with its revisions, members and rules, and the users with their passwords. A database that
 * holds anything already is refused.
 *
 * @throws {CentreProblem} `conflict`, `not-found`; {@link SealedProblem} `wrong-key`
 */
export const restoreCentre = async (couch: Couch, folder: string, passphrase: string, only?: string): Promise<CopyReport> => {
  const { key, head: { databases } } = await openSet(folder, passphrase, false)
  const wanted = databases.filter(({ name }) => only === undefined || name === only)
  if (wanted.length === 0) throw new CentreProblem('not-found', 'the backup holds no such database')
  for (const { name } of wanted.filter(({ name: each }) => each !== '_users')) {
    const { status, body } = await couch.ask('GET', pathOf(name))
    if (status === 200 && Number(body['doc_count']) > 0) throw new CentreProblem('conflict', `${name} is on this server and holds records`)
  }
  const report: { name: string; documents: number }[] = []
  for (const database of wanted) report.push({ name: database.name, documents: await restoreDatabase(couch, folder, key, database) })
  return { databases: report }
}

const restoreDatabase = async (couch: Couch, folder: string, key: Uint8Array, { name, security, segments }: CopiedDatabase): Promise<number> => {
  const made = await couch.ask('PUT', `${pathOf(name)}?q=1`)
  if (made.status >= 300 && made.status !== 412) throw new CentreProblem('answered', `database ${name}: ${made.status} ${String(made.body['reason'])}`, made.status)
  // Nobody but an administrator sees a half restored database.
  const isSystem = name.startsWith('_')
  const closed = { admins: { names: [], roles: ['_admin'] }, members: { names: [], roles: ['_admin'] } }
  if (!isSystem) await couch.must('PUT', `${pathOf(name)}/_security`, closed)
  let documents = 0
  const designs: CopiedDocument[] = []
  for (const segment of segments) {
    for await (const piece of documentsOf(folder, key, segment)) {
      documents += piece.length
      designs.push(...piece.filter(isDesign))
      await putBack(couch, name, piece.filter((document) => !isDesign(document)))
    }
  }
  if (!isSystem) {
    await putBack(couch, name, designs)
    await couch.must('PUT', `${pathOf(name)}/_security`, security)
  }
  return documents
}

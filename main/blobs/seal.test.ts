import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { chunkLimit, isChunkId, isNoteId, whyBlobForbidden } from '../../shared/records/blobDatabase'
import { BlobDamage, chunkLength, noteId, openChunk, openNote, sealChunk, sealNote, type SealKeys } from './seal'
import { readNote, writeNote } from './note'

const keysOf = (fill: number): SealKeys => ({ id: `key ${fill}`, names: Buffer.alloc(32, fill), chunks: Buffer.alloc(32, fill + 1), notes: Buffer.alloc(32, fill + 2) })
const keys = keysOf(1)

test('a piece comes back as it was, whatever it is', async () => {
  for (const plain of [Buffer.alloc(0), Buffer.from([0]), Buffer.alloc(chunkLength, 7), randomBytes(chunkLength), randomBytes(17), Buffer.from('text '.repeat(9_000))]) {
    const sealed = await sealChunk(keys, plain)
    expect(isChunkId(sealed.id)).toBe(true)
    expect(sealed.bytes.length).toBeLessThanOrEqual(chunkLimit)
    expect(Buffer.from(await openChunk(keys, sealed)).equals(plain)).toBe(true)
  }
  // An image that compresses is smaller on the line; one that does not is hardly larger.
  expect((await sealChunk(keys, Buffer.alloc(chunkLength, 7))).bytes.length).toBeLessThan(2_000)
  expect((await sealChunk(keys, randomBytes(chunkLength))).bytes.length).toBe(chunkLength + 17)
})

test('the same piece is the same chunk wherever it is sealed under one secret, and another under another', async () => {
  const plain = randomBytes(5_000)
  expect(await sealChunk(keys, plain)).toEqual(await sealChunk(keysOf(1), Buffer.from(plain)))
  expect((await sealChunk(keysOf(9), plain)).id).not.toBe((await sealChunk(keys, plain)).id)
})

test('a chunk opens under its own name and secret only, and with no bit changed', async () => {
  const [one, other] = [await sealChunk(keys, randomBytes(3_000)), await sealChunk(keys, randomBytes(3_000))]
  await expect(openChunk(keys, { id: one.id, bytes: other.bytes })).rejects.toBeInstanceOf(BlobDamage)
  await expect(openChunk(keysOf(9), one)).rejects.toBeInstanceOf(BlobDamage)
  await expect(openChunk(keys, { id: one.id, bytes: one.bytes.subarray(0, 10) })).rejects.toBeInstanceOf(BlobDamage)
  for (const at of [0, 1_000, one.bytes.length - 1]) {
    const changed = Buffer.from(one.bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    await expect(openChunk(keys, { id: one.id, bytes: changed }), `byte ${at}`).rejects.toBeInstanceOf(BlobDamage)
  }
})

test('a note tells its file to whoever has the secret, and cannot be put under another file or set', () => {
  const file = { set: 'dicom-study:1.2', sha256: 'a'.repeat(64), size: 300_000, chunks: [`chunk-${'b'.repeat(64)}`, `chunk-${'0'.repeat(64)}`], about: { sop: '1.2.3' } }
  const note = writeNote(keys, file)
  expect(isNoteId(note.id)).toBe(true)
  expect(readNote(keys, file.set, note)).toEqual(file)
  expect(JSON.stringify(note)).not.toMatch(/dicom|1\.2\.3|aaaa/)
  expect(() => readNote(keys, 'dicom-study:9', note)).toThrow(BlobDamage)
  expect(() => readNote(keys, file.set, { ...note, id: noteId(keys, file.set, 'c'.repeat(64)) })).toThrow(BlobDamage)
  expect(() => openNote(keysOf(9), note.id, note.sealed)).toThrow(BlobDamage)
  expect(sealNote(keys, note.id, 'x')).not.toBe(sealNote(keys, note.id, 'x'))
})

test('the database for files takes chunks and notes, never changes one, and nothing else', () => {
  const chunk = { _id: `chunk-${'b'.repeat(64)}`, _attachments: { c: {} } }
  const note = { _id: `note-${'a'.repeat(32)}-${'b'.repeat(32)}`, practice: 'p', key: 'k', sealed: 's' }
  const why = (document: object, before?: object, isAdmin = false) => whyBlobForbidden(document as never, before as never, 'p', isAdmin)
  expect([why(chunk), why(note), why(chunk, chunk), why({ ...chunk, _deleted: true }, chunk, true)]).toEqual([undefined, undefined, undefined, undefined])
  for (const [document, before] of [
    [{ ...chunk, _attachments: {} }], [{ ...chunk, _attachments: { c: {}, d: {} } }], [{ ...chunk, name: 'x' }], [{ ...note, practice: 'q' }], [{ ...note, sealed: 1 }], [{ ...note, _attachments: {} }],
    [{ _id: 'anything' }], [{ ...chunk, _id: 'chunk-b' }], [{ ...note, _rev: '1-a' }, note], [{ ...chunk, _deleted: true }, chunk],
  ] as const) expect(why(document, before), JSON.stringify(document)).toBeTypeOf('string')
})

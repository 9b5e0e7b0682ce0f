import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formOf, openFile } from '../../../shared/standards/dicom'
import { readTreeAtOnce, type DataSetTree } from '../../../shared/standards/dicom/dataSetTree'
import { actionOf } from '../../../shared/standards/dicom/deidentify'
import { deidentificationOf, deidentifiedFile } from './fileSet'

const corpus = resolve(__dirname, '../../../../shared/fixtures/dicom')
interface Known {
  readonly file: string
  readonly patientName: string | null
}
const files = existsSync(join(corpus, 'manifest.json')) ? (JSON.parse(readFileSync(join(corpus, 'manifest.json'), 'utf8')) as readonly Known[]) : []
const everything = 1_000_000
const documents = [
  'documents/dcmqi_sr.dcm', 'documents/pdf.dcm', 'documents/reportsi.dcm', 'documents/sr.dcm', 'documents/sr_document.dcm', 'documents/synthetic-ko-3-of-ct-stack.dcm',
  'documents/test-SR.dcm', 'malformed/no-pixel-data.dcm',
]
const damaged = [
  'malformed/MR_truncated.dcm', 'malformed/made-not-dicom.dcm', 'malformed/made-trailing-garbage.dcm', 'malformed/made-truncated-in-pixels.dcm', 'malformed/made-zero-length.dcm',
  'malformed/no_meta.dcm', 'malformed/rtplan_truncated.dcm',
]

/** Tags at every level, with the value of each that has one. */
const told = (bytes: Uint8Array, tree: DataSetTree, found: [tag: string, value: Uint8Array][] = []): [tag: string, value: Uint8Array][] => {
  for (const [tag, { offset, length, items }] of tree.elements) {
    found.push([tag, bytes.subarray(offset, offset + length)])
    for (const item of items ?? []) told(bytes, item, found)
  }
  return found
}

describe.skipIf(files.length === 0)('the test set without its patients', () => {
  it('D17: keeps nothing that the table takes away, at any level, and reads as before', async () => {
    const how = deidentificationOf('NOBODY', 'remove')
    const bad: string[] = []
    for (const { file, patientName } of files) {
      const made = await deidentifiedFile(readFileSync(join(corpus, file)), how).catch(() => 'damaged' as const)
      if (typeof made === 'string') bad.push(`${made} ${file}`)
      if (typeof made === 'string') continue
      const bytes = new Uint8Array(Buffer.concat(made.pieces))
      const opening = openFile(bytes)
      if (!opening) throw new Error(`${file} is no file any more`)
      const { dataSet, end } = readTreeAtOnce(bytes, opening.dataSetAt, { form: formOf(opening.transferSyntaxUid), limit: everything })
      expect(end, file).toBe('whole')
      for (const [tag, value] of told(bytes, dataSet)) {
        const action = actionOf(tag)?.action
        expect(action, `${file} has ${tag}`).not.toBe('X')
        if (action === 'Z' && tag !== '00100010') expect(value.length, `${file} says something in ${tag}`).toBe(0)
      }
      const name = (patientName ?? '').replace(/[\^=].*/, '')
      // A family name of four letters or more does not stand there by chance, but in pixels it may.
      if (name.length >= 5) expect(Buffer.concat(made.pieces.filter(({ length }) => length < 4096)).includes(name), `${file} names ${name}`).toBe(false)
    }
    // Reports, documents, and what does not read to its end; everything else leaves without its patient.
    expect(bad.filter((each) => each.startsWith('document')).map((each) => each.slice('document '.length))).toEqual(documents)
    expect(bad.filter((each) => each.startsWith('damaged')).map((each) => each.slice('damaged '.length))).toEqual(damaged)
  })

  it.skipIf(spawnSync('dcmdump', ['--version']).error !== undefined)('D17: is read by dcmdump without a complaint where the original was', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'without-'))
    try {
      const how = deidentificationOf('NOBODY', 'shift')
      const complaints: string[] = []
      for (const { file } of files.filter((_, index) => index % 8 === 0)) {
        const path = join(corpus, file)
        if (spawnSync('dcmdump', ['-q', path]).status !== 0) continue
        const made = await deidentifiedFile(readFileSync(path), how).catch(() => 'damaged' as const)
        if (typeof made === 'string') continue
        const out = join(folder, 'one')
        writeFileSync(out, Buffer.concat(made.pieces))
        const { status, stderr, stdout } = spawnSync('dcmdump', [out], { encoding: 'latin1', maxBuffer: 1e9 })
        if (status !== 0 || /^E:/m.test(stderr)) complaints.push(`${file}: ${stderr.slice(0, 200)}`)
        const names = stdout.match(/\(0010,0010\) PN .*/g) ?? []
        if (names.some((each) => !each.includes('[NOBODY]'))) complaints.push(`${file}: ${names.join()}`)
      }
      expect(complaints).toEqual([])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

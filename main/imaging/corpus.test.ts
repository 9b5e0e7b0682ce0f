import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImportProgress, LeftOut } from '../../shared/contract'
import { readFileElements } from './readFile'
import { usualLimits } from './import/gather'
import { walk } from './import/walk'
import { examine } from './import/examine'
import { normalise } from './normalise'
import { openTestPractice, type TestPractice } from './practice.test-parts'

const corpus = resolve(__dirname, '../../../shared/fixtures/dicom')

interface Known {
  readonly file: string
  readonly sha256: string
  readonly sopInstance: string | null
  readonly study: string | null
  readonly transferSyntax: string | null
  readonly rows: number | null
  readonly cols: number | null
  readonly patientName: string | null
}

/** Left out of an import of the whole set, and why. Everything else is in the archive. */
const expected: Readonly<Record<string, LeftOut['reason']>> = {
  'PROVENANCE.md': 'not-dicom',
  'manifest.json': 'not-dicom',
  'malformed/UN_sequence.dcm': 'no-uid',
  'malformed/empty_charset_LEI.dcm': 'no-uid',
  'malformed/made-not-dicom.dcm': 'not-dicom',
  'malformed/made-zero-length.dcm': 'not-dicom',
  'malformed/meta_missing_tsyntax.dcm': 'no-uid',
  'malformed/nested_priv_SQ.dcm': 'no-uid',
  'malformed/no-meta-length-test.dcm': 'no-uid',
  // Its first byte is a space: neither preamble nor data set.
  'malformed/no_meta.dcm': 'not-dicom',
  'malformed/no_meta_group_length.dcm': 'no-uid',
  'malformed/rtplan_truncated.dcm': 'truncated',
  'ts/HTJ2KLossless_08_RGB.dcm': 'no-uid',
  'ts/HTJ2K_08_RGB.dcm': 'no-uid',
  'ts/JLSL_16_15_1_1F.dcm': 'no-uid',
}

/** Imported, and why no picture of them is shown. Everything else is. */
const notShown: Readonly<Record<string, string>> = {
  'malformed/MR_truncated.dcm': 'truncated-pixels',
  'malformed/made-truncated-in-pixels.dcm': 'truncated-pixels',
  'malformed/no-pixel-data.dcm': 'not-an-image',
  'malformed/ExplVR_BigEndNoMeta.dcm': 'not-an-image',
  'malformed/badVR.dcm': 'unsupported-pixels',
  'malformed/J2K_pixelrep_mismatch.dcm': 'damaged-pixels',
  'charset/chrJapMulti.dcm': 'no-pixel-data',
  'documents/pdf.dcm': 'not-an-image',
  'documents/sr.dcm': 'not-an-image',
  'documents/synthetic-ko-3-of-ct-stack.dcm': 'not-an-image',
  'waveform/waveform_ecg.dcm': 'not-an-image',
  'nm-pt-rt/rtplan.dcm': 'not-an-image',
  'nm-pt-rt/rtdose.dcm': 'unsupported-pixels',
  'nm-pt-rt/rtdose_rle.dcm': 'unsupported-pixels',
  'seg/liver.dcm': 'unsupported-pixels',
  'ts/SC_rgb_expb_16bit.dcm': 'unsupported-pixels',
  'ts/SC_rgb_rle_16bit_2frame.dcm': 'unsupported-pixels',
  'ts/CTImage.dcm_JPEGProcess6_8TransferSyntax_1.2.840.10008.1.2.4.53.dcm': 'unsupported-transfer-syntax',
  'ts/CTImage.dcm_JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55.dcm': 'unsupported-transfer-syntax',
}

const present = existsSync(join(corpus, 'manifest.json'))

describe.skipIf(!present)('the DICOM files of ../shared/fixtures/dicom (skipped when the folder is absent)', () => {
  let practice: TestPractice
  let ended: ImportProgress
  let known: readonly Known[]

  beforeAll(async () => {
    known = JSON.parse(await readFile(join(corpus, 'manifest.json'), 'utf8')) as Known[]
    practice = await openTestPractice()
    ended = await practice.import(corpus)
  }, 60_000)
  afterAll(() => practice.close())

  it('are imported or left out with a reason, every one', () => {
    expect(ended.state).toBe('done')
    expect(ended.seen).toBe(ended.total)
    const directories = known.filter(({ file }) => /DICOMDIR/.test(file)).length
    const missing = ended.leftOut.filter(({ reason }) => reason === 'missing' || reason === 'damaged-directory').length
    expect(ended.imported + ended.leftOutTotal - missing + directories).toBe(ended.total)
    const reasons = Object.fromEntries(ended.leftOut.map(({ file, reason }) => [file, reason]))
    for (const [file, reason] of Object.entries(expected)) expect(reasons[file], file).toBe(reason)
    const others = ended.leftOut.filter(({ file, reason }) => !(file in expected) && !['missing', 'damaged-directory'].includes(reason))
    // The set holds copies of some instances and other versions of them; nothing else is left out.
    expect([...new Set(others.map(({ reason }) => reason))].sort()).toEqual(['different-content', 'duplicate', 'other-patient'].filter((reason) => others.some((each) => each.reason === reason)))
  })

  it('are all in the tray, because their Patient IDs are nobody’s number here', async () => {
    expect(ended.studies.every(({ place }) => place === 'tray')).toBe(true)
    expect((await practice.imaging.tray()).length).toBe(ended.studies.length)
  })

  it('come back from the archive with every byte', async () => {
    const out = new Set(ended.leftOut.map(({ file }) => file))
    for (const { file, sha256, sopInstance } of known) {
      if (out.has(file) || sopInstance === null || /DICOMDIR/.test(file)) continue
      const back = await practice.imaging.readOriginal(sopInstance)
      expect(back && createHash('sha256').update(back).digest('hex'), file).toBe(sha256)
    }
  })

  it('are read as their manifest says', async () => {
    for (const { file, study, sopInstance, transferSyntax, rows, cols, patientName } of known) {
      const read = await readFileElements(new Uint8Array(await readFile(join(corpus, file))))
      if (!read) continue
      if (sopInstance !== null) expect(read.header.sopInstanceUid, file).toBe(sopInstance)
      if (study !== null && file !== 'malformed/no-meta-length-test.dcm') expect(read.header.studyInstanceUid, file).toBe(study)
      if (transferSyntax !== null) expect(read.syntax.uid, file).toBe(transferSyntax)
      if (rows !== null) expect([read.header.rows, read.header.columns], file).toEqual([rows, cols])
      // pydicom leaves away an empty last component of a name.
      if (patientName !== null) expect(read.header.patient.name.replace(/=$/, ''), file).toBe(patientName)
    }
  })

  it('are shown, or are refused with the reason', async () => {
    for (const { file } of known) {
      if (file in expected || /DICOMDIR/.test(file)) continue
      const examined = await examine({ path: join(corpus, file) })
      if (examined.kind !== 'instance') throw new Error(file)
      const normalised = await normalise(new Uint8Array(await readFile(join(corpus, file))))
      expect('cannotShow' in normalised ? normalised.cannotShow : undefined, file).toBe(examined.cannotShow)
      if (file in notShown) expect(examined.cannotShow, file).toBe(notShown[file])
      else if (!/^(documents|seg|malformed)\//.test(file)) expect(examined.cannotShow, file).toBeUndefined()
    }
  })

  it('are mended for the viewer where it would show them wrong', async () => {
    const served = async (file: string) => {
      const normalised = await normalise(new Uint8Array(await readFile(join(corpus, file))))
      if ('cannotShow' in normalised) throw new Error(normalised.cannotShow)
      const read = await readFileElements(normalised.bytes)
      if (!read) throw new Error('not DICOM')
      return read
    }
    const deflated = await served('ts/CTImage.dcm_DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99.dcm')
    expect(deflated.syntax.uid).toBe('1.2.840.10008.1.2.1')
    const lies = await served('ophthalmic/sample-op.dcm')
    expect(lies.syntax.uid).toBe('1.2.840.10008.1.2.4.50')
    const ybr = await served('us/US-YBR_FULL_422-EVRLE.dcm')
    expect(ybr.header.photometricInterpretation).toBe('RGB')
    const bare = await served('malformed/made-no-preamble.dcm')
    expect(bare.opening.partTen).toBe(true)
    // What is right already is served as it is.
    const right = new Uint8Array(await readFile(join(corpus, 'ts/CT0012.not_fragmented_bot_jpeg_ls.80.dcm')))
    expect(await normalise(right)).toEqual({ bytes: right })
  })
})

describe.skipIf(!present)('DICOMDIRs of ../shared/fixtures/dicom (skipped when the folder is absent)', () => {
  let disc: string
  beforeAll(async () => {
    disc = await mkdtemp(join(tmpdir(), 'disc-'))
  })
  afterAll(() => rm(disc, { recursive: true, force: true }))

  it('a whole disc is imported, and nothing is reported', async () => {
    const practice = await openTestPractice()
    const ended = await practice.import(join(corpus, 'cd-pydicom'))
    expect(ended.leftOut).toEqual([])
    expect(ended.imported).toBe(ended.total - 1)
    await practice.close()
  })

  it('a scratched disc reports what the directory names and is not there, and imports the rest', async () => {
    const { files } = await walk(join(corpus, 'cd-pydicom'), new AbortController().signal, usualLimits)
    const kept = files.filter((file, index) => index % 3 !== 1 || file === 'DICOMDIR')
    for (const file of kept) {
      await mkdir(join(disc, file, '..'), { recursive: true })
      await copyFile(join(corpus, 'cd-pydicom', file), join(disc, file.toLowerCase() === 'dicomdir' ? 'dicomdir' : file))
    }
    const practice = await openTestPractice()
    const ended = await practice.import(disc)
    const gone = files.filter((file) => !kept.includes(file) && file !== 'DICOMDIR')
    expect(ended.leftOut.every(({ reason }) => reason === 'missing')).toBe(true)
    expect(ended.leftOut.map(({ file }) => file).sort()).toEqual(gone.sort())
    expect(ended.imported).toBe(kept.length - 1)
    await practice.close()
  })

  it.each(['bigEnd', 'implicit', 'nooffset', 'nopatient', 'reordered', 'empty.dcm'])('DICOMDIR-%s is read as far as it goes', async (variant) => {
    const examined = await examine({ path: join(corpus, 'dicomdir-variants', `DICOMDIR-${variant}`) })
    expect(examined.kind).toBe('directory')
    if (examined.kind === 'directory') expect(examined.names.length > 0 || examined.damaged || variant === 'empty.dcm').toBe(true)
  })

  it('a directory cut off in its middle is reported as damaged', async () => {
    const whole = await readFile(join(corpus, 'cd-pydicom/DICOMDIR'))
    const path = join(disc, 'cut-directory')
    await writeFile(path, whole.subarray(0, Math.floor(whole.length / 2)))
    expect(await examine({ path })).toMatchObject({ kind: 'directory', damaged: true })
  })
})

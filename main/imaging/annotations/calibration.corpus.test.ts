import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formOf } from '../../../shared/standards/dicom'
import { measure, readPixelMeanings, type Measured, type PixelMeaning, type Point } from '../../../shared/standards/dicom/calibration'
import { readFileElements } from '../readFile'

const corpus = resolve(__dirname, '../../../../shared/fixtures/dicom')

const meaningsOf = async (file: string): Promise<readonly PixelMeaning[]> => {
  const read = await readFileElements(new Uint8Array(await readFile(join(corpus, file))))
  if (!read) throw new Error('not DICOM')
  return readPixelMeanings(read.bytes, read.elements, formOf(read.syntax.uid))
}
const said = ({ basis, quantities, refused }: Measured): string => `${refused ?? quantities.map(({ value, unit }) => `${value.toFixed(5)} ${unit}`).join(', ')} (${basis})`

/** 30 columns and 40 rows: 50 pixels where they are square. */
const from = (x: number, y: number): readonly [Point, Point] => [[x, y], [x + 30, y + 40]]

describe.skipIf(!existsSync(join(corpus, 'manifest.json')))('lengths on the files of ../shared/fixtures/dicom, worked out by hand from what dcmdump prints (skipped when the folder is absent)', () => {
  const ct = 'ts/CTImage.dcm_'
  it.each<readonly [file: string, expected: string, unit: string | undefined]>([
    // 50 × 0.675781
    [`${ct}LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1.dcm`, '33.78905 mm (patient)', 'HU'],
    [`${ct}LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2.dcm`, '33.78905 mm (patient)', 'HU'],
    [`${ct}BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm`, '33.78905 mm (patient)', 'HU'],
    [`${ct}DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99.dcm`, '33.78905 mm (patient)', 'HU'],
    [`${ct}JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90.dcm`, '33.78905 mm (patient)', 'HU'],
    // √((30 × 0.596847)² + (40 × 0.545455)²): a scout whose rows and columns differ.
    ['cd-pydicom/98892001/CT2N/6293', '28.22477 mm (localizer)', ''],
    // A map of blood flow in a CT's clothes: 50 × 0.388672, and no Hounsfield units.
    ['ts/CT0012.not_fragmented_bot_jpeg_ls.80.dcm', '19.43360 mm (patient)', ''],
    ['seg/ct_image.dcm', '33.07340 mm (patient)', 'HU'],
    // 50 × 0.1 on the detector; the numbers are optical densities.
    ['cd-pydicom/77654033/CR1/6154', '5.00000 mm (detector)', 'OD × 1000'],
    // √((30 × 1.2012)² + (40 × 1.2)²)
    ['cr-dx/dx_image.dcm', '60.02161 mm (detector)', ''],
    ['cr-dx/CR-ModalitySequenceLUT.dcm', '7.50000 mm (detector)', undefined],
    ['cr-dx/CR-MONO1-10-chest', '50.00000 px (pixels)', undefined],
    ['cr-dx/RG3_J2KR.dcm', '50.00000 px (pixels)', undefined],
    ['mr/MR01.dcm', '11.71875 mm (patient)', ''],
    ['mr/emri_small.dcm', '50.00000 px (pixels)', undefined],
    ['nm-pt-rt/1.dcm', '203.64150 mm (patient)', 'Bq/ml'],
    // √((30 × 0.0117)² + (40 × 0.0039)²)
    ['ophthalmic/synthetic-oct-5frames.dcm', '0.38411 mm (patient)', ''],
    ['ophthalmic/sample-op.dcm', '0.28840 mm (nominal)', undefined],
    ['ts/SC_rgb_rle_16bit_2frame.dcm', '50.00000 px (pixels)', undefined],
    ['us/examples_jpeg2k.dcm', '50.00000 px (pixels)', undefined],
    ['us/US-RGB-8-esopecho', 'not-square (pixels)', undefined],
    // The areas reach beyond the picture: 640 × 480 made 320 × 240, and 600 rows cut to 350.
    ['us/examples_ybr_color.dcm', '50.00000 px (pixels)', undefined],
    ['us/examples_palette.dcm', '50.00000 px (pixels)', undefined],
    // 50 × 0.22937500818632550 cm, in the plane that an area without a scale covers.
    ['us/IM00001.fragmented_no_bot_jpeg_baseline.50.dcm', '114.68750 mm (region)', undefined],
    // 50 × 0.033054208902600268 cm
    ['us/no-pixel-spacing.dcm', '16.52710 mm (region)', undefined],
    ['us/US-YBR_FULL_422-EVRLE.dcm', '3.08000 mm (region)', undefined],
  ])('D5: %s', async (file, expected, unit) => {
    const [meaning] = await meaningsOf(file)
    if (!meaning) throw new Error('nothing read')
    expect(said(measure({ kind: 'length', points: from(200, 100) }, meaning.calibration))).toBe(expected)
    if (unit !== undefined) expect(meaning.values).toMatchObject({ kind: 'values', unit })
  })

  it('D5: an ultrasound screen with a strip of ECG: time there, nothing across, pixels beside', async () => {
    const [meaning] = await meaningsOf('us/no-pixel-spacing.dcm')
    if (!meaning) throw new Error('nothing read')
    const length = (a: Point, b: Point) => said(measure({ kind: 'length', points: [a, b] }, meaning.calibration))
    // 30 × 0.0044999437507031166 s
    expect(length([200, 530], [230, 570])).toBe('0.13500 s (region)')
    expect(length([200, 500], [200, 540])).toBe('across-regions (region)')
    expect(length([20, 10], [50, 50])).toBe('50.00000 px (pixels)')
  })
})

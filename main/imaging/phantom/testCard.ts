import { createHash } from 'node:crypto'
import { element, fileMetaInformation, joinBytes, type Representation } from '../../../shared/standards/dicom'

/**
 * Pictures for the eye and the ruler: black, with one bright box whose edges lie between pixels. `ct`: half a millimetre a pixel, in
 * Hounsfield units. `dx`: a chest film that knows only its detector. `us`: an ultrasound screen with a plane and a strip of
 * depth over time. `plain`: a screen copy without a spacing.
 */
export const testCardKinds = ['ct', 'dx', 'us', 'plain'] as const
export type TestCardKind = (typeof testCardKinds)[number]

/** What a card shows and says. */
export const testCard = {
  columns: 128,
  rows: 96,
  /** First and last column and row that are bright. */
  box: { left: 40, top: 20, right: 79, bottom: 49 },
  /** Stored values, rescaled by `intercept` on the CT. */
  bright: 1064,
  dark: 24,
  intercept: -1024,
  /** Millimetres from row to row, and from column to column. */
  ct: { row: 0.5, column: 0.5 },
  dx: { row: 0.2, column: 0.2 },
  /** Centimetres a pixel in the plane; below it seconds to the right and centimetres down. */
  us: { plane: 0.05, boundary: 64, seconds: 0.01, depth: 0.02 },
} as const

/** A UID of the form 2.25 and a UUID as a number (PS3.5 §B.2). */
const uidFor = (name: string): string => {
  const bytes = createHash('sha256').update(`outpost/test-card/${name}`).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`
}

type Line = readonly [tag: string, representation: Representation, value: string | number | Uint8Array]
const written = (lines: readonly Line[]): Uint8Array => joinBytes(lines.map((line) => element(...line)))

/** An item of a sequence, of known length. */
const item = (lines: readonly Line[]): Uint8Array => {
  const body = written(lines)
  const head = new Uint8Array(8)
  const view = new DataView(head.buffer)
  view.setUint16(0, 0xfffe, true)
  view.setUint16(2, 0xe000, true)
  view.setUint32(4, body.length, true)
  return joinBytes([head, body])
}

/** A region from a row to a row over the whole width (PS3.3 §C.8.5.5). */
const region = (format: number, top: number, bottom: number, units: readonly [x: number, y: number], deltas: readonly [x: number, y: number]): Uint8Array =>
  item([
    ['00186012', 'US', format],
    ['00186014', 'US', 1],
    ['00186016', 'UL', 0],
    ['00186018', 'UL', 0],
    ['0018601a', 'UL', top],
    ['0018601c', 'UL', testCard.columns - 1],
    ['0018601e', 'UL', bottom],
    ['00186024', 'US', units[0]],
    ['00186026', 'US', units[1]],
    ['0018602c', 'FD', deltas[0]],
    ['0018602e', 'FD', deltas[1]],
  ])

const { us } = testCard
const regions = joinBytes([region(1, 0, us.boundary - 1, [3, 3], [us.plane, us.plane]), region(2, us.boundary, testCard.rows - 1, [4, 3], [us.seconds, us.depth])])
const pair = ({ row, column }: { readonly row: number; readonly column: number }): string => `${row}\\${column}`

interface Said {
  readonly sopClass: string
  readonly modality: string
  /** Groups 0018 to 0028, in order of their tags. */
  readonly acquisition: readonly Line[]
  readonly plane: readonly Line[]
  readonly spacing: readonly Line[]
  readonly rescale: readonly Line[]
}

const nothing = { acquisition: [], plane: [], spacing: [], rescale: [] } as const
const cards: Readonly<Record<TestCardKind, Said>> = {
  ct: {
    ...nothing, sopClass: '2', modality: 'CT',
    plane: [['00200032', 'DS', '0\\0\\0'], ['00200037', 'DS', '1\\0\\0\\0\\1\\0']],
    spacing: [['00280030', 'DS', pair(testCard.ct)]],
    rescale: [['00281052', 'DS', String(testCard.intercept)], ['00281053', 'DS', '1']],
  },
  dx: { ...nothing, sopClass: '1.1', modality: 'DX', acquisition: [['00181164', 'DS', pair(testCard.dx)]] },
  us: { ...nothing, sopClass: '6.1', modality: 'US', acquisition: [['00186011', 'SQ', regions]] },
  plain: { ...nothing, sopClass: '7', modality: 'OT' },
}

const pixels = (): Uint8Array => {
  const { columns, rows, box, bright, dark } = testCard
  const bytes = new Uint8Array(columns * rows * 2)
  const view = new DataView(bytes.buffer)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const isBright = column >= box.left && column <= box.right && row >= box.top && row <= box.bottom
      view.setUint16((row * columns + column) * 2, isBright ? bright : dark, true)
    }
  }
  return bytes
}

/** The Part 10 bytes of a card, a study of its own, of the patient with that number. */
export const testCardFile = (kind: TestCardKind, patientNumber: string): { readonly sopInstanceUid: string; readonly bytes: Uint8Array } => {
  const { sopClass, modality, acquisition, plane, spacing, rescale } = cards[kind]
  const { bright, dark, intercept } = testCard
  const sopClassUid = `1.2.840.10008.5.1.4.1.1.${sopClass}`
  const sopInstanceUid = uidFor(`${patientNumber}/${kind}/instance`)
  const lines: readonly Line[] = [
    ['00080005', 'CS', 'ISO_IR 192'],
    ['00080008', 'CS', kind === 'ct' ? 'ORIGINAL\\PRIMARY\\AXIAL' : 'ORIGINAL\\PRIMARY'],
    ['00080016', 'UI', sopClassUid],
    ['00080018', 'UI', sopInstanceUid],
    ['00080020', 'DA', '20260115'],
    ['00080030', 'TM', '093000'],
    ['00080060', 'CS', modality],
    ['00081030', 'LO', `Test card ${kind}`],
    ['00100010', 'PN', 'Card^Test'],
    ['00100020', 'LO', patientNumber],
    ...acquisition,
    ['0020000d', 'UI', uidFor(`${patientNumber}/${kind}/study`)],
    ['0020000e', 'UI', uidFor(`${patientNumber}/${kind}/series`)],
    ['00200011', 'IS', '1'],
    ['00200013', 'IS', '1'],
    ...plane,
    ['00280002', 'US', 1],
    ['00280004', 'CS', 'MONOCHROME2'],
    ['00280010', 'US', testCard.rows],
    ['00280011', 'US', testCard.columns],
    ...spacing,
    ['00280100', 'US', 16],
    ['00280101', 'US', 16],
    ['00280102', 'US', 15],
    ['00280103', 'US', 0],
    // From the dark to the bright: an edge lies where the grey is in the middle.
    ['00281050', 'DS', String((bright + dark) / 2 + (kind === 'ct' ? intercept : 0))],
    ['00281051', 'DS', String(bright - dark)],
    ...rescale,
    ['7fe00010', 'OW', pixels()],
  ]
  return { sopInstanceUid, bytes: joinBytes([fileMetaInformation({ sopClassUid, sopInstanceUid }), written(lines)]) }
}

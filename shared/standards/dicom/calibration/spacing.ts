import type { UltrasoundRegion } from './regions'

/** Distances between the centres of neighbouring pixels in millimetres: from row to row, and from column to column (PS3.3 §10.7.1.3). */
export interface Spacing {
  readonly row: number
  readonly column: number
}

/**
 * How far a millimetre on this picture can be trusted.
 * `patient`: a plane through the patient. `localizer`: a CT scout, right only at the isocentre. `geometry`, `fiducial`: a projection that was
 * corrected for its magnification, or by an object of known size. `calibrated`: corrected, and the file does not say how.
 * `magnification`: divided by the magnification that the machine estimates. `detector`: on the detector, larger than in the patient.
 * `film`: on the film that was scanned. `nominal`: the eye's typical size, not this eye's.
 */
export const millimetreKinds = ['patient', 'localizer', 'geometry', 'fiducial', 'calibrated', 'magnification', 'detector', 'film', 'nominal'] as const
export type MillimetreKind = (typeof millimetreKinds)[number]

/**
 * Why a picture is measured in pixels.
 * `no-spacing`: the file says no spacing. `unusable`: what it says is no spacing, or contradicts itself. `secondary-capture`: a copy of
 * a screen whose spacing nobody calibrated. `ultrasound`: one spacing for a screen of several areas, none of which is described.
 * `outside`: the areas of an ultrasound screen do not fit the picture, so it was cut or resized after they were written.
 */
const pixelReasons = ['no-spacing', 'unusable', 'secondary-capture', 'ultrasound', 'outside'] as const
export type PixelReason = (typeof pixelReasons)[number]

/** What one pixel of a picture measures. */
export type Calibration =
  | { readonly kind: MillimetreKind; readonly spacing: Spacing }
  /** An ultrasound screen: each area has its own scale (PS3.3 §C.8.5.5). */
  | { readonly kind: 'regions'; readonly regions: readonly UltrasoundRegion[] }
  /** `aspect`: height of a pixel over its width (Pixel Aspect Ratio). */
  | { readonly kind: 'pixels'; readonly why: PixelReason; readonly aspect: number }

/** What a file says of its spacing, as it is written. Pairs are row first, then column. */
export interface SpacingFacts {
  readonly sopClassUid: string
  readonly modality: string
  /** Image Type (0008,0008), or Frame Type of the frame. */
  readonly imageType: readonly string[]
  /** Pixel Spacing (0028,0030). */
  readonly pixelSpacing?: readonly number[]
  /** Pixel Spacing Calibration Type (0028,0A02). */
  readonly calibrationType: string
  /** Imager Pixel Spacing (0018,1164). */
  readonly imagerSpacing?: readonly number[]
  /** Nominal Scanned Pixel Spacing (0018,2010). */
  readonly scannedSpacing?: readonly number[]
  /** Estimated Radiographic Magnification Factor (0018,1114). */
  readonly magnification?: number
  /** Pixel Aspect Ratio (0028,0034). */
  readonly aspectRatio?: readonly number[]
  /** Whether the file says where in the patient the picture lies. */
  readonly isOriented: boolean
  /** Areas of an ultrasound screen; absent when none is described. `outside`: they do not fit the picture. */
  readonly regions?: readonly UltrasoundRegion[] | 'outside'
}

const storage = '1.2.840.10008.5.1.4.1.1.'
const within = (...classes: readonly string[]): ReadonlySet<string> => new Set(classes.map((each) => storage + each))

/** Pictures through which X-rays were thrown onto a plane: CR, DX, MG, IO, XA, XRF, Enhanced XA and XRF, RT Image. */
const projections = within('1', '1.1', '1.1.1', '1.2', '1.2.1', '1.3', '1.3.1', '12.1', '12.1.1', '12.2', '12.2.1', '481.1')
/** Copies of screens and films, photographs and videos. */
const captures = within('7', '7.1', '7.2', '7.3', '7.4', '77.1.1', '77.1.1.1', '77.1.2', '77.1.2.1', '77.1.4', '77.1.4.1')
const ultrasounds = within('6', '6.1', '3', '3.1')
const ophthalmicPhotographs = within('77.1.5.1', '77.1.5.2', '77.1.5.5', '77.1.5.6')
/** Planes through the patient: CT, MR, PET, NM, RT Dose, segmentations, tomosynthesis, OCT, slides and their enhanced and 3D kinds. */
const planes = within(
  '2', '2.1', '2.2', '4', '4.1', '4.3', '4.4', '128', '128.1', '130', '20', '481.2', '66.4', '13.1.1', '13.1.2', '13.1.3', '13.1.4', '13.1.5',
  '77.1.5.4', '77.1.5.8', '77.1.6', '30',
)

/** From a ten-thousandth of a millimetre (a slide under the microscope) to ten centimetres. */
const isDistance = (value: number | undefined): value is number => value !== undefined && value >= 0.0001 && value <= 100

/** A pair of distances; undefined when there is none, or it is none. */
const spacingOf = (pair: readonly number[] | undefined): Spacing | undefined => {
  const [row, column] = pair ?? []
  return pair?.length === 2 && isDistance(row) && isDistance(column) ? { row, column } : undefined
}

/** The same distance, as two makers may round it. */
const isSame = (a: Spacing, b: Spacing): boolean => Math.abs(a.row / b.row - 1) < 0.001 && Math.abs(a.column / b.column - 1) < 0.001

/** A magnification factor is 1 or a little more; exactly 1 is what machines write that do not know it. */
const isMagnification = (factor: number | undefined): factor is number => factor !== undefined && factor > 1 && factor < 10

/** What Pixel Spacing says where it was calibrated (PS3.3 §10.7.1.2). */
const calibrated = (facts: SpacingFacts, spacing: Spacing): Calibration | undefined =>
  facts.calibrationType === 'GEOMETRY' ? { kind: 'geometry', spacing } : facts.calibrationType === 'FIDUCIAL' ? { kind: 'fiducial', spacing } : undefined

/**
 * A projection (PS3.3 §10.7.1.1): Pixel Spacing counts only where it was calibrated, which shows in its type, or in that it differs
 * from the spacing on the detector. All else lies on the detector, or on the film.
 */
const ofProjection = (facts: SpacingFacts): Calibration | undefined => {
  const spacing = spacingOf(facts.pixelSpacing)
  const detector = spacingOf(facts.imagerSpacing)
  const film = spacingOf(facts.scannedSpacing)
  const plane = detector ?? film
  const corrected = spacing && (calibrated(facts, spacing) ?? (plane && !isSame(spacing, plane) ? { kind: 'calibrated' as const, spacing } : undefined))
  if (corrected) return corrected
  if (detector && isMagnification(facts.magnification)) {
    return { kind: 'magnification', spacing: { row: detector.row / facts.magnification, column: detector.column / facts.magnification } }
  }
  if (detector) return { kind: 'detector', spacing: detector }
  if (film) return { kind: 'film', spacing: film }
  return spacing && { kind: 'detector', spacing }
}

/**
 * What one pixel measures (PS3.3 §10.7, §C.8.5.5). Millimetres are given only where the kind of picture and the file's own words earn
 * them; a Pixel Spacing alone does not.
 */
export const calibrationOf = (facts: SpacingFacts): Calibration => {
  const pixels = (why: PixelReason): Calibration => ({ kind: 'pixels', why, aspect: aspectOf(facts.aspectRatio) })
  const isCapture = captures.has(facts.sopClassUid)
  if (facts.regions === 'outside') return pixels('outside')
  // A copy of a screen may be of another size than the screen was.
  if (facts.regions && !isCapture) return { kind: 'regions', regions: facts.regions }

  const spacing = spacingOf(facts.pixelSpacing)
  const said = [facts.pixelSpacing, facts.imagerSpacing, facts.scannedSpacing].some((each) => each !== undefined)
  const none = pixels(said ? 'unusable' : 'no-spacing')
  // A damaged Pixel Spacing beside a good Imager Pixel Spacing: nobody can say what was meant.
  if (facts.pixelSpacing && !spacing) return none

  const { sopClassUid } = facts
  if (projections.has(sopClassUid)) return ofProjection(facts) ?? none
  if (isCapture) {
    const film = spacingOf(facts.scannedSpacing)
    if (spacing) return calibrated(facts, spacing) ?? (film && !isSame(film, spacing) ? { kind: 'calibrated', spacing } : film ? { kind: 'film', spacing: film } : pixels('secondary-capture'))
    return film ? { kind: 'film', spacing: film } : facts.regions ? pixels('secondary-capture') : none
  }
  if (ultrasounds.has(sopClassUid)) return said ? pixels('ultrasound') : none
  if (!spacing) return none
  if (ophthalmicPhotographs.has(sopClassUid)) return calibrated(facts, spacing) ?? { kind: 'nominal', spacing }
  // A class that nobody here knows is believed only where it says how the plane lies in the patient.
  if (!planes.has(sopClassUid) && !facts.isOriented) return pixels('secondary-capture')
  if (facts.modality === 'CT' && facts.imageType[2] === 'LOCALIZER') return { kind: 'localizer', spacing }
  return { kind: 'patient', spacing }
}

/** Pixel Aspect Ratio is vertical over horizontal size; pixels are square where nothing else is said (PS3.3 §C.7.6.3.1.7). */
const aspectOf = (ratio: readonly number[] | undefined): number => {
  const [vertical = 1, horizontal = 1] = ratio?.length === 2 ? ratio : []
  const aspect = vertical / horizontal
  return Number.isFinite(aspect) && aspect > 0.01 && aspect < 100 ? aspect : 1
}

/**
 * A made-up head in Hounsfield units. Coordinates are the patient's (PS3.3 §C.7.6.2.1.1), millimetres from the
 * middle: x to the patient's left, y to the back, z to the head. Nobody was scanned.
 */

/** Hounsfield units of what the phantom is made of. */
export const phantomTissues = {
  air: -1000,
  skin: 20,
  bone: 900,
  brain: 36,
  ventricle: 6,
  bleed: 70,
  calcification: 400,
} as const

/** See {@link phantomTissues}. */
export type Tissue = keyof typeof phantomTissues

interface Ellipsoid {
  readonly tissue: Tissue
  readonly centre: readonly [x: number, y: number, z: number]
  readonly radii: readonly [x: number, y: number, z: number]
}

/**
 * Later ones lie inside earlier ones. The calcification is only on the patient's left and the air space only in
 * front, so that a picture that is mirrored or turned shows it.
 */
const ellipsoids: readonly Ellipsoid[] = [
  { tissue: 'skin', centre: [0, 0, 0], radii: [78, 96, 100] },
  { tissue: 'bone', centre: [0, 2, 2], radii: [72, 88, 93] },
  { tissue: 'brain', centre: [0, 4, 4], radii: [65, 79, 85] },
  { tissue: 'ventricle', centre: [-11, -4, 12], radii: [7, 27, 13] },
  { tissue: 'ventricle', centre: [11, -4, 12], radii: [7, 27, 13] },
  { tissue: 'bleed', centre: [-38, 22, 18], radii: [14, 17, 13] },
  { tissue: 'calcification', centre: [40, 26, 6], radii: [6, 6, 8] },
  { tissue: 'bone', centre: [0, -70, -58], radii: [26, 18, 24] },
  { tissue: 'air', centre: [0, -74, -58], radii: [16, 13, 18] },
]

/** The tissue at a point. */
export const tissueAt = (x: number, y: number, z: number): Tissue => {
  for (let index = ellipsoids.length - 1; index >= 0; index--) {
    const shape = ellipsoids[index]
    if (!shape) continue
    const dx = (x - shape.centre[0]) / shape.radii[0]
    const dy = (y - shape.centre[1]) / shape.radii[1]
    const dz = (z - shape.centre[2]) / shape.radii[2]
    if (dx * dx + dy * dy + dz * dz <= 1) return shape.tissue
  }
  return 'air'
}

/** The same grain, -`strength` … +`strength`, for the same voxel every time. */
export const grainAt = (column: number, row: number, slice: number, strength: number): number => {
  let hash = (column * 73856093) ^ (row * 19349663) ^ (slice * 83492791)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
  return ((hash >>> 8) % (2 * strength + 1)) - strength
}

import { v } from './words'

/** A window: the middle of the grey scale and how many values it spans (PS3.3 §C.11.2.1.2). */
export interface Window {
  readonly centre: number
  readonly width: number
}

/** What a preset may be made from: the picture on the glass. */
export interface WindowsOfPicture {
  /** What the file asks for. */
  readonly file: Window | undefined
  /** From the smallest value of the picture to the largest. */
  readonly whole: Window | undefined
}

/** A window that people ask for by name; `key` sets it. */
export interface Preset {
  readonly key: string
  readonly name: string
  /** Undefined where the picture has no such window. */
  readonly window: (of: WindowsOfPicture) => Window | undefined
}

const fixed = (key: string, name: string, centre: number, width: number): Preset => ({ key, name, window: () => ({ centre, width }) })
const scaled = (window: Window | undefined, factor: number): Window | undefined => window && { centre: window.centre, width: Math.max(1, window.width * factor) }

/** Windows for CT, in Hounsfield units. */
const ctPresets: readonly Preset[] = [
  fixed('1', 'Soft tissue', 40, 400),
  fixed('2', 'Lung', -600, 1500),
  fixed('3', 'Bone', 480, 2500),
  fixed('4', 'Brain', 40, 80),
  fixed('5', 'Abdomen', 60, 350),
  fixed('6', 'Liver', 90, 150),
  fixed('7', 'Mediastinum', 50, 350),
  fixed('8', 'Vessels', 300, 600),
  { key: '9', get name() { return v('preset.file') }, window: ({ file }) => file },
]

/** Other modalities have no common scale: their windows come from the picture itself. */
const ownPresets: readonly Preset[] = [
  { key: '1', get name() { return v('preset.file') }, window: ({ file, whole }) => file ?? whole },
  { key: '2', get name() { return v('preset.whole') }, window: ({ whole }) => whole },
  { key: '3', get name() { return v('preset.more') }, window: ({ file, whole }) => scaled(file ?? whole, 0.5) },
  { key: '4', get name() { return v('preset.less') }, window: ({ file, whole }) => scaled(file ?? whole, 2) },
]

/** Presets of a modality (0008,0060). */
export const presetsOf = (modality: string): readonly Preset[] => (modality === 'CT' ? ctPresets : ownPresets)

/** A window: the middle of the grey scale and how many values it spans (PS3.3 §C.11.2.1.2). */
export interface Window {
  readonly centre: number
  readonly width: number
}

/** A window that people ask for by name; `key` sets it. */
export interface Preset extends Window {
  readonly key: string
  readonly name: string
}

/** Windows for CT, in Hounsfield units. Other modalities have no common scale, so they have no presets. */
const ctPresets: readonly Preset[] = [
  { key: '1', name: 'Soft tissue', centre: 40, width: 400 },
  { key: '2', name: 'Lung', centre: -600, width: 1500 },
  { key: '3', name: 'Bone', centre: 480, width: 2500 },
  { key: '4', name: 'Brain', centre: 40, width: 80 },
  { key: '5', name: 'Abdomen', centre: 60, width: 350 },
  { key: '6', name: 'Liver', centre: 90, width: 150 },
]

/** Presets of a modality (0008,0060). */
export const presetsOf = (modality: string): readonly Preset[] => (modality === 'CT' ? ctPresets : [])

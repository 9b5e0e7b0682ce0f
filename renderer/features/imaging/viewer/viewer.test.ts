import { describe, expect, it } from 'vitest'
import type { SeriesEntry } from '../../../../shared/contract'
import { orientationMarks } from './orientation'
import { placesOf } from './places'
import { presetsOf } from './presets'
import { isSoftwareRenderer } from './renderer'

describe('orientation marks', () => {
  it('say which side of the patient lies at which edge', () => {
    expect(orientationMarks({ orientation: [1, 0, 0, 0, 1, 0] })).toEqual({ left: 'R', right: 'L', top: 'A', bottom: 'P' })
    expect(orientationMarks({ orientation: [1, 0, 0, 0, 0, -1] })).toEqual({ left: 'R', right: 'L', top: 'H', bottom: 'F' })
    expect(orientationMarks({ orientation: [0, 1, 0, 0, 0, -1] })).toEqual({ left: 'A', right: 'P', top: 'H', bottom: 'F' })
    // A prone scan is turned: left and right change sides, and so do front and back.
    expect(orientationMarks({ orientation: [-1, 0, 0, 0, -1, 0] })).toEqual({ left: 'L', right: 'R', top: 'P', bottom: 'A' })
  })

  it('name an oblique direction by its parts, the strongest first', () => {
    const tilted = Math.SQRT1_2
    expect(orientationMarks({ orientation: [1, 0, 0, 0, Math.cos(0.4), -Math.sin(0.4)] })).toMatchObject({ bottom: 'PF', top: 'AH' })
    expect(orientationMarks({ orientation: [tilted, tilted, 0, 0, 0, -1] })).toMatchObject({ right: 'LP', left: 'RA' })
  })

  it('are left away when the file does not say how the patient lay, or says nonsense', () => {
    expect(orientationMarks({})).toBeUndefined()
    expect(orientationMarks({ orientation: [1, 0, 0] })).toBeUndefined()
    expect(orientationMarks({ orientation: [0, 0, 0, 0, 0, 0] })).toBeUndefined()
    expect(orientationMarks({ orientation: [Number.NaN, 0, 0, 0, 1, 0] })).toBeUndefined()
  })
})

describe('orientation marks of a picture that is turned', () => {
  const axial = { orientation: [1, 0, 0, 0, 1, 0] }
  it('D23: go round with it, and change sides when it is flipped', () => {
    expect(orientationMarks(axial, { right: [0, -1], down: [1, 0] })).toEqual({ top: 'R', right: 'A', bottom: 'L', left: 'P' })
    expect(orientationMarks(axial, { right: [-1, 0], down: [0, 1] })).toEqual({ top: 'A', right: 'R', bottom: 'P', left: 'L' })
    expect(orientationMarks(axial, { right: [-1, 0], down: [0, -1] })).toEqual({ top: 'P', right: 'R', bottom: 'A', left: 'L' })
  })

  it('D23: of a projection image come from its letters, and turn with it too', () => {
    const chest = { letters: ['L', 'F'] }
    expect(orientationMarks(chest)).toEqual({ left: 'R', right: 'L', top: 'H', bottom: 'F' })
    expect(orientationMarks(chest, { right: [0, -1], down: [1, 0] })).toEqual({ top: 'R', right: 'H', bottom: 'L', left: 'F' })
    expect(orientationMarks({ letters: ['PR', 'FA'] })).toMatchObject({ left: 'AL', top: 'HP' })
    expect(orientationMarks({ letters: ['L'] })).toBeUndefined()
    expect(orientationMarks({ letters: ['X', 'F'] })).toBeUndefined()
    expect(orientationMarks({ letters: ['', ''] })).toBeUndefined()
  })
})

describe('places of a series', () => {
  const series: SeriesEntry = {
    seriesInstanceUid: '1.2',
    modality: 'US',
    description: '',
    instances: [
      { sopInstanceUid: '1.1', frames: 1, rows: 4, columns: 4, url: 'app://outpost/dicom/t/1.1', location: 5 },
      { sopInstanceUid: '1.2', frames: 3, rows: 4, columns: 4, url: 'app://outpost/dicom/t/1.2' },
      { sopInstanceUid: '1.3', frames: 9, rows: 0, columns: 0, url: 'app://outpost/dicom/t/1.3', cannotShow: 'not-an-image' },
      { sopInstanceUid: '1.4', frames: 1, rows: 4, columns: 4, url: 'app://outpost/dicom/t/1.4' },
    ],
  }

  it('are one for each frame, and one that says why there is no picture', () => {
    const { places, pictures } = placesOf(series)
    expect(places.map(({ sopInstanceUid, frame, picture, cannotShow }) => [sopInstanceUid, frame, picture, cannotShow])).toEqual([
      ['1.1', undefined, 0, undefined],
      ['1.2', 1, 1, undefined],
      ['1.2', 2, 2, undefined],
      ['1.2', 3, 3, undefined],
      ['1.3', undefined, undefined, 'not-an-image'],
      ['1.4', undefined, 4, undefined],
    ])
    expect(pictures.map(({ url, frame }) => [url.at(-1), frame])).toEqual([['1', undefined], ['2', 1], ['2', 2], ['2', 3], ['4', undefined]])
    expect(places[0]?.location).toBe(5)
  })
})

it('D23: CT has windows by name on the keys 1 to 9; other kinds have no common scale, so theirs come from the picture', () => {
  const presets = presetsOf('CT')
  const picture = { file: { centre: 50, width: 300 }, whole: { centre: 512, width: 1024 } }
  expect(presets.map(({ key }) => key)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9'])
  expect(presets.find(({ name }) => name === 'Lung')?.window(picture)).toEqual({ centre: -600, width: 1500 })
  const own = presetsOf('MR')
  expect(own.map((preset) => preset.window(picture))).toEqual([picture.file, picture.whole, { centre: 50, width: 150 }, { centre: 50, width: 600 }])
  expect(own[0]?.window({ file: undefined, whole: picture.whole })).toEqual(picture.whole)
  expect(own[2]?.window({ file: undefined, whole: undefined })).toBeUndefined()
})

it('software WebGL is known by its name', () => {
  expect(isSoftwareRenderer('ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)')).toBe(true)
  expect(isSoftwareRenderer('llvmpipe (LLVM 15.0.6, 256 bits)')).toBe(true)
  expect(isSoftwareRenderer('')).toBe(true)
  expect(isSoftwareRenderer('ANGLE (Intel, Mesa Intel(R) UHD Graphics 620 (KBL GT2), OpenGL 4.6)')).toBe(false)
})

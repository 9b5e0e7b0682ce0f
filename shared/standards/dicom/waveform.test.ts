import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { codeItem, dicomObject, waveformFile, type WaveformRecipe } from '../../testing/dicomObjects'
import { readTreeAtOnce } from './dataSetTree'
import { formOf, openFile } from './file'
import { isWaveform, readWaveform, type Waveform, type WaveformLimits } from './waveform'

const read = (bytes: Uint8Array, limits: Partial<WaveformLimits> = {}): Waveform => {
  const opening = openFile(bytes)
  if (!opening) throw new Error('not DICOM')
  const { dataSet } = readTreeAtOnce(bytes, opening.dataSetAt, { form: formOf(opening.transferSyntaxUid), limit: 10_000 })
  expect(isWaveform(dataSet)).toBe(true)
  return readWaveform(bytes, dataSet, { samples: 1_000_000, channels: 100, annotations: 100, ...limits })
}

const recipe: WaveformRecipe = {
  channels: [{ name: 'Lead I', unit: 'uV', sensitivity: '2.5', correction: '2', baseline: '10' }, { name: 'Pressure', unit: 'mm[Hg]', sensitivity: '0.1' }, { name: 'Trigger' }],
  frequency: 500,
  samples: 100,
  sample: (channel, index) => (channel === 0 ? index - 50 : channel === 1 ? 1200 : index % 2),
}

describe('A recorded curve', () => {
  it('is in its own unit: sample × sensitivity × correction + baseline', () => {
    const { groups: [group], isCut } = read(waveformFile(recipe))
    expect(group).toMatchObject({ frequency: 500, samples: 100, originality: 'ORIGINAL' })
    expect(isCut).toBe(false)
    const [first, second] = group?.channels ?? []
    expect([first?.unit, first?.samples[0], first?.samples[60]]).toEqual(['uV', -50 * 5 + 10, 10 * 5 + 10])
    expect([second?.unit, second?.samples[0]]).toEqual(['mm[Hg]', 120])
  })

  it('has no unit where nobody says what a sample measures', () => {
    const third = read(waveformFile(recipe)).groups[0]?.channels[2]
    expect([third?.unit, third?.samples[1]]).toEqual([undefined, 1])
    const noUnit = read(waveformFile({ ...recipe, channels: [{ name: 'I', sensitivity: '5' }] })).groups[0]?.channels[0]
    // A sensitivity without a unit is not applied.
    expect([noUnit?.unit, noUnit?.samples[0]]).toEqual([undefined, -50])
  })

  it('has gaps where the recorder wrote padding', () => {
    const padding = Uint8Array.of(0x00, 0x80)
    const samples = read(waveformFile({ ...recipe, sample: (_, index) => (index === 3 ? -32768 : 1), more: [['5400100a', 'OW', padding]] })).groups[0]?.channels[0]?.samples
    expect([samples?.[2], samples?.[3], samples?.[4]]).toEqual([15, NaN, 15])
  })

  it('is refused with the reason where the file contradicts itself, ends early, or is written in another way', () => {
    const problemOf = (more: NonNullable<WaveformRecipe['more']>) => {
      const [group] = read(waveformFile({ ...recipe, more })).groups
      expect(group?.channels).toEqual([])
      return group?.problem
    }
    expect(problemOf([['003a0010', 'UL', 1000]])).toBe('truncated')
    expect(problemOf([['003a0005', 'US', 4]])).toBe('contradiction')
    expect(problemOf([['003a001a', 'DS', '0']])).toBe('contradiction')
    expect(problemOf([['54001004', 'US', 8]])).toBe('contradiction')
    expect(problemOf([['54001006', 'CS', 'MB']])).toBe('sample-form')
  })

  it('is given up to the limit, all channels alike, and says that there is more', () => {
    const long = read(waveformFile(recipe), { samples: 90 })
    expect(long.isCut).toBe(true)
    expect(long.groups[0]?.channels.map(({ samples }) => samples.length)).toEqual([30, 30, 30])
    expect(long.groups[0]?.samples).toBe(100)
    expect(read(waveformFile(recipe), { channels: 2 })).toMatchObject({ isCut: true, groups: [] })
  })

  it('brings what was written beside it, numbers with their unit', () => {
    const annotations = [
      dicomObject(['00700006', 'ST', 'Sinus rhythm']),
      dicomObject(['0040a043', 'SQ', [codeItem('2:16168', 'MDC', 'QT interval')]], ['004008ea', 'SQ', [codeItem('ms', 'UCUM', 'ms')]], ['0040a30a', 'DS', '391']),
    ]
    expect(read(waveformFile({ ...recipe, beside: [['0040b020', 'SQ', annotations]] })).annotations).toEqual([
      { name: '', text: 'Sinus rhythm' },
      { name: 'QT interval', text: '391', unit: 'ms' },
    ])
  })
})

const ecg = resolve(__dirname, '../../../../shared/fixtures/dicom/waveform/waveform_ecg.dcm')

describe.skipIf(!existsSync(ecg))('D4: the electrocardiogram of ../shared/fixtures/dicom (skipped when the folder is absent)', () => {
  it('has twelve leads in microvolts, and the median beat that was computed of them', () => {
    const bytes = new Uint8Array(readFileSync(ecg))
    const { groups, isCut } = read(bytes)
    expect(isCut).toBe(false)
    expect(groups.map(({ originality, frequency, samples, channels }) => [originality, frequency, samples, channels.length])).toEqual([['ORIGINAL', 1000, 10000, 12], ['DERIVED', 1000, 1200, 12]])
    for (const { channels } of groups) for (const { unit, samples } of channels) {
      expect(unit).toBe('uV')
      expect(samples.every((value) => Math.abs(value) < 5000)).toBe(true)
    }
    // Einthoven: II = I + III, but for the rounding of each.
    const [lead1, lead2, lead3] = groups[0]?.channels ?? []
    const worst = Math.max(...Array.from(lead2?.samples ?? [], (value, index) => Math.abs(value - (lead1?.samples[index] ?? 0) - (lead3?.samples[index] ?? 0))))
    expect(worst).toBeLessThan(5)
  })
})

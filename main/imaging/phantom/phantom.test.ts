import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inViewingOrder, tags } from '../../../shared/standards/dicom'
import { examine } from '../import/examine'
import { readFileElements, type ReadFile } from '../readFile'
import { phantomTissues } from './anatomy'
import { phantomFiles, writePhantom } from './phantom'

const patient = { number: 'A-000042', family: 'Ñuñez-Test', given: 'Inés', birthDate: '1961-05-06', gender: 'female' } as const

const slices = async (): Promise<ReadFile[]> => {
  const read = await Promise.all([...phantomFiles({ patient, slices: 32, size: 64 })].map(({ bytes }) => readFileElements(bytes)))
  return read.map((file) => {
    if (!file) throw new Error('not DICOM')
    return file
  })
}

/** Hounsfield units at a point of the patient, in millimetres. */
const unitsAt = (files: readonly ReadFile[], x: number, y: number, z: number): number => {
  const [nearest] = [...files].sort((a, b) => Math.abs((a.header.position?.[2] ?? 0) - z) - Math.abs((b.header.position?.[2] ?? 0) - z))
  const pixels = nearest?.elements.get(tags.PixelData)
  if (!nearest || !pixels) throw new Error('no pixels')
  const [x0 = 0, y0 = 0] = nearest.header.position ?? []
  const spacing = 240 / 64
  const column = Math.round((x - x0) / spacing)
  const row = Math.round((y - y0) / spacing)
  const view = new DataView(nearest.bytes.buffer, nearest.bytes.byteOffset + pixels.offset)
  return view.getUint16((row * nearest.header.columns + column) * 2, true) - 1024
}

const dcmdump = (() => {
  try {
    execFileSync('dcmdump', ['--version'])
    return true
  } catch {
    return false
  }
})()

describe('the phantom', () => {
  it('is the same each time, and another one for another patient', () => {
    const make = (number: string) => [...phantomFiles({ patient: { ...patient, number }, slices: 2, size: 16 })]
    expect(make('A-1')).toEqual(make('A-1'))
    expect(make('A-1')[0]?.sopInstanceUid).not.toBe(make('A-2')[0]?.sopInstanceUid)
  })

  it('has each tissue where it belongs: the calcification on the patient’s left, the air space in front', async () => {
    const files = await slices()
    const near = (x: number, y: number, z: number, units: number) => expect(Math.abs(unitsAt(files, x, y, z) - units), `${x} ${y} ${z}`).toBeLessThanOrEqual(4)
    near(40, 26, 6, phantomTissues.calcification)
    near(-40, 26, -6, phantomTissues.brain)
    near(-38, 22, 18, phantomTissues.bleed)
    near(11, -4, 12, phantomTissues.ventricle)
    near(0, -74, -58, phantomTissues.air)
    near(0, 74, -58, phantomTissues.skin)
    near(100, 100, 0, phantomTissues.air)
  })

  it('is numbered from the head down, while its order in space is from the feet up', async () => {
    const order = inViewingOrder((await slices()).map(({ header }) => ({ ...header, number: header.instanceNumber ?? 0 })))
    expect(order.map(({ number }) => number)).toEqual(Array.from({ length: 32 }, (_, index) => 32 - index))
  })

  it('is written as files that are imported as a CT of that patient', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'phantom-'))
    expect(await writePhantom(folder, { patient, slices: 3, size: 16, accession: 'A26000007' })).toBe(3)
    const examined = await examine({ path: join(folder, 'CT/IM0002') })
    expect(examined).toMatchObject({
      kind: 'instance',
      header: { modality: 'CT', accession: 'A26000007', patient: { id: 'A-000042', name: 'Ñuñez-Test^Inés', birthDate: '19610506', sex: 'F' }, rows: 16, columns: 16, instanceNumber: 2 },
    })
    expect(examined.kind === 'instance' && examined.cannotShow).toBeUndefined()
    await rm(folder, { recursive: true })
  })

  it.skipIf(!dcmdump)('is read by dcmtk without a warning (skipped when dcmdump is absent)', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'phantom-'))
    const [file] = [...phantomFiles({ patient, slices: 1, size: 32 })]
    const path = join(folder, 'slice')
    await writeFile(path, file?.bytes ?? '')
    const text = execFileSync('dcmdump', ['+P', '0010,0010', '+P', '0028,0010', '+P', '0008,0018', path], { encoding: 'utf8', stdio: 'pipe' })
    expect(text).toContain('Ñuñez-Test^Inés')
    expect(text).toContain(file?.sopInstanceUid)
    const whole = execFileSync('dcmdump', [path], { encoding: 'utf8', stdio: 'pipe' })
    expect(whole).toContain('=LittleEndianExplicit')
    expect(whole).not.toMatch(/^[WE]:/m)
    await rm(folder, { recursive: true })
  })
})

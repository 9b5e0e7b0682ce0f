import { expect, it } from 'vitest'
import { element, fileMetaInformation, joinBytes, tags } from '../../../shared/standards/dicom'
import { doctor, openTestPractice } from '../practice.test-parts'
import { readFileElements } from '../readFile'

const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7.2'
/** A recording of four large pictures, each of one grey. */
const recording = (edge: number): Uint8Array =>
  joinBytes([
    fileMetaInformation({ sopClassUid: secondaryCapture, sopInstanceUid: '1.2.3.4' }),
    element('00080016', 'UI', secondaryCapture), element('00080018', 'UI', '1.2.3.4'), element('00080060', 'CS', 'US'), element('00100020', 'LO', 'A-1'),
    element('0020000d', 'UI', '1.2.3'), element('0020000e', 'UI', '1.2.3.1'), element('00280002', 'US', 1), element('00280004', 'CS', 'MONOCHROME2'), element('00280008', 'IS', '4'),
    element('00280010', 'US', edge), element('00280011', 'US', edge), element('00280100', 'US', 8), element('00280101', 'US', 8), element('00280102', 'US', 7), element('00280103', 'US', 0),
    element('7fe00010', 'OB', joinBytes([10, 20, 30, 40].map((grey) => new Uint8Array(edge * edge).fill(grey)))),
  ])

it('frames of a large recording come one by one for the ticket of its study, and for no other; a small one comes whole', async () => {
  const practice = await openTestPractice()
  try {
    const patient = await practice.register('A-1', 'Test')
    await practice.imaging.intake.take({ file: { bytes: recording(1500) }, source: { kind: 'import' }, patient, author: doctor })
    const [study] = await practice.imaging.intake.settle()
    const opened = await practice.imaging.openStudy({ patient, study: study?.id ?? '', session: 's' })
    if (typeof opened === 'string') throw new Error(opened)
    const instance = opened.series[0]?.instances[0]
    expect(instance).toMatchObject({ frames: 4, byFrame: true })
    const ticket = instance?.url.split('/')[4] ?? ''
    for (const frame of [1, 3, 4]) {
      const read = await readFileElements((await practice.imaging.readPixels(ticket, '1.2.3.4', frame)) ?? new Uint8Array())
      const pixels = read?.elements.get(tags.PixelData)
      expect([read?.header.frames, pixels?.length, read?.bytes[pixels?.offset ?? 0]]).toEqual([1, 1500 * 1500, frame * 10])
    }
    expect(await practice.imaging.readPixels(ticket, '1.2.3.4', 5)).toBeUndefined()
    expect(await practice.imaging.readPixels('another', '1.2.3.4', 1)).toBeUndefined()
    expect((await practice.imaging.readPixels(ticket, '1.2.3.4'))?.length).toBeGreaterThan(4 * 1500 * 1500)
  } finally {
    await practice.close()
  }
})

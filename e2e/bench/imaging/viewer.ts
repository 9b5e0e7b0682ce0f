import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { say } from '../../../build/ground.mjs'
import { writePhantom } from '../../../main/imaging'
import type { ImportProgress, PatientSummary } from '../../../shared/contract'
import { element, fileMetaInformation, joinBytes } from '../../../shared/standards/dicom'
import { ask } from '../../ask'
import { launch, scratchFolder, type Running } from '../../harness'
import { signIn } from '../../steps'

const slices = 300
const rounds = { cold: 3, warm: 7 }
/** Slices turned through when they are in memory already. */
const scrolled = 100
const doctor = { name: 'Petrova', password: 'doctor-training' }
const openButton = 'button[aria-label^="Open CT"]'
const openRecording = 'button[aria-label^="Open Recording"]'
/** Frames of the recording: 512 × 512 greys each. */
const recorded = 600

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
const rounded = (value: number): number => Math.round(value * 10) / 10

const multiFrameByte = '1.2.840.10008.5.1.4.1.1.7.2'
/** One file of many frames, as an ultrasound machine or a heart laboratory makes it. */
const recordingOf = (patientId: string): Uint8Array => {
  const pixels = new Uint8Array(recorded * 512 * 512)
  for (let frame = 0; frame < recorded; frame += 1) pixels.fill(frame % 200, frame * 512 * 512, (frame + 1) * 512 * 512)
  return joinBytes([
    fileMetaInformation({ sopClassUid: multiFrameByte, sopInstanceUid: '2.25.6001' }),
    element('00080016', 'UI', multiFrameByte), element('00080018', 'UI', '2.25.6001'), element('00080020', 'DA', '20260116'), element('00080060', 'CS', 'US'),
    element('00081030', 'LO', 'Recording'), element('00100020', 'LO', patientId), element('0020000d', 'UI', '2.25.6000'), element('0020000e', 'UI', '2.25.6002'),
    element('00280002', 'US', 1), element('00280004', 'CS', 'MONOCHROME2'), element('00280008', 'IS', String(recorded)), element('00280010', 'US', 512), element('00280011', 'US', 512),
    element('00280100', 'US', 8), element('00280101', 'US', 8), element('00280102', 'US', 7), element('00280103', 'US', 0), element('7fe00010', 'OB', pixels),
  ])
}

/** A training practice with a CT of 300 slices, 512 × 512, on one chart; answers the patient's id. */
const prepare = async (data: string, images: string): Promise<string> => {
  const running = await launch({ data, demo: true })
  try {
    await running.painted('sign-in', 120_000)
    await signIn(running.window, doctor)
    const { patients } = await ask<{ patients: PatientSummary[] }>(running.window, 'listPatients', { skip: 0, limit: 3 })
    const patient = patients[1]
    if (!patient) throw new Error('the demo has no second patient')
    await writePhantom(images, { patient, slices, size: 512 })
    writeFileSync(join(images, 'recording.dcm'), recordingOf(patient.number))
    const { id } = await ask<ImportProgress>(running.window, 'importFolder', { folder: images, patient: patient.id })
    for (;;) {
      const progress = await ask<ImportProgress>(running.window, 'readImport', { import: id })
      if (progress.state === 'done' && progress.imported === slices + 1) return patient.id
      if (progress.state !== 'running') throw new Error(`the import ended as ${progress.state} with ${progress.imported}`)
      await wait(200)
    }
  } finally {
    await running.close()
  }
}

/** Starts the application anew, signs in, and stands before the list of studies. */
const startAt = async (data: string, patient: string): Promise<Running> => {
  const running = await launch({ data, size: { width: 1366, height: 768 } })
  await running.painted('sign-in')
  await signIn(running.window, doctor)
  await running.window.evaluate((id) => (location.hash = `#/patients/${id}/imaging`), patient)
  await running.window.locator(openButton).first().waitFor()
  // The other parts of the practice open behind the sign-in screen; nobody presses sooner than a hand can.
  await wait(1_500)
  return running
}

/** Presses “Open” in the page and waits until a picture is on the glass, milliseconds. */
const firstPixel = (window: Page, button = openButton): Promise<number> =>
  window.evaluate(
    (selector) =>
      new Promise<number>((shown) => {
        const began = performance.now()
        document.querySelector<HTMLButtonElement>(selector)?.click()
        const look = () => (document.querySelector('[data-rendered]') ? shown(performance.now() - began) : requestAnimationFrame(look))
        look()
      }),
    button,
  )

const closeStudy = async (window: Page, patient: string): Promise<void> => {
  await window.evaluate((id) => (location.hash = `#/patients/${id}/imaging`), patient)
  await window.locator(openButton).first().waitFor()
  await wait(300)
}

/** Turns the stack so many slices on with the wheel, each as soon as the one before is on the glass; milliseconds for all. */
const turn = (window: Page, count: number, by: 1 | -1): Promise<number> =>
  window.evaluate(
    ({ steps, direction }) =>
      new Promise<number>((done, failed) => {
        const stage = document.querySelector<HTMLElement>('[data-rendered]')
        if (!stage) return failed(new Error('no picture'))
        const began = performance.now()
        let left = steps
        const step = () => stage.dispatchEvent(new WheelEvent('wheel', { deltaY: 100 * direction, bubbles: true, cancelable: true }))
        const late = setTimeout(() => failed(new Error(`${left} slices were never shown`)), 60_000)
        new MutationObserver((_changes, observer) => {
          left -= 1
          if (left > 0) return step()
          observer.disconnect()
          clearTimeout(late)
          done(performance.now() - began)
        }).observe(stage, { attributes: true, attributeFilter: ['data-slice'] })
        step()
      }),
    { steps: count, direction: by },
  )

/** How many frames the page is given in a second while nothing happens: more than that, nobody could see. */
const framesPerSecond = (window: Page): Promise<number> =>
  window.evaluate(
    () =>
      new Promise<number>((done) => {
        const began = performance.now()
        let frames = 0
        const frame = () => ((frames += 1) < 60 ? requestAnimationFrame(frame) : done((60 * 1_000) / (performance.now() - began)))
        requestAnimationFrame(frame)
      }),
  )

/** CPU time that the page's process has used so far, milliseconds: on a busy machine the wall clock tells more of the others. */
const cpuMs = async ({ app }: Running): Promise<number> => {
  const pid = await app.evaluate(({ app: electronApp }) => electronApp.getAppMetrics().find(({ type }) => type === 'Tab')?.pid ?? 0)
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop()?.split(' ') ?? []
  // Fields 14 and 15 of proc(5), in ticks of a hundredth of a second.
  return (Number(fields[11]) + Number(fields[12])) * 10
}

const rendererMb = async ({ app }: Running): Promise<number> =>
  Math.round((await app.evaluate(({ app: electronApp }) => electronApp.getAppMetrics().find(({ type }) => type === 'Tab')?.memory.workingSetSize ?? 0)) / 1024)

/**
 * How long a person waits for pictures of a CT of 300 slices and of a recording of 600 frames (157 MB in one file), and what turning through it costs. Cold: the application was just started.
 * Pointed: the pointer rested on the button before the press, as it does with a mouse. Warm: the study is opened again.
 */
export const measureViewer = async () => {
  const [data, images] = [scratchFolder('bench-viewer'), scratchFolder('bench-viewer-images')]
  let running: Running | undefined
  try {
    say(`bench viewer: making a practice with ${slices} slices ...`)
    const patient = await prepare(data.path, images.path)
    const [cold, pointed, warm]: [number[], number[], number[]] = [[], [], []]
    for (let round = 0; round < rounds.cold * 2; round++) {
      await running?.close()
      running = await startAt(data.path, patient)
      if (round % 2 === 1) {
        await running.window.locator(openButton).first().hover()
        await wait(400)
      }
      const list = round % 2 === 1 ? pointed : cold
      list.push(await firstPixel(running.window))
    }
    if (!running) throw new Error('nothing was measured')
    const { window } = running
    for (let round = 0; round < rounds.warm; round++) {
      await closeStudy(window, patient)
      warm.push(await firstPixel(window))
    }
    say(`bench viewer: first picture cold ${cold.map(rounded).join(' ')}, pointed ${pointed.map(rounded).join(' ')}, warm ${warm.map(rounded).join(' ')} ms`)
    const fromDisk = await turn(window, scrolled, 1)
    const before = await cpuMs(running)
    const cached = [await turn(window, scrolled, -1), await turn(window, scrolled, 1), await turn(window, scrolled, -1)]
    const cpu = (await cpuMs(running)) - before
    const frames = await framesPerSecond(window)
    await turn(window, slices / 2 - 10, 1)
    await turn(window, slices - 20, -1)
    const afterSlices = await rendererMb(running)
    const first: number[] = []
    for (let round = 0; round < rounds.cold; round++) {
      await closeStudy(window, patient)
      first.push(await firstPixel(window, openRecording))
    }
    const frame = (await turn(window, recorded - 1, 1)) / (recorded - 1)
    const figures = {
      first_pixel_cold_ms: rounded(median(cold)),
      first_pixel_pointed_ms: rounded(median(pointed)),
      first_pixel_warm_ms: rounded(median(warm)),
      scroll_cached_fps: Math.round((scrolled * 1_000) / median(cached)),
      scroll_cached_cpu_ms: rounded(cpu / (scrolled * cached.length)),
      frames_fps: Math.round(frames),
      scroll_from_disk_fps: Math.round((scrolled * 1_000) / fromDisk),
      renderer_after_300_slices_mb: afterSlices,
      recording_first_frame_ms: rounded(median(first)),
      recording_frame_ms: rounded(frame),
      renderer_after_600_frames_mb: await rendererMb(running),
    }
    if (running.pageErrors.length > 0) say(`bench viewer: the page said ${running.pageErrors[0]}`)
    return { figures, ratios: { scroll_vs_frames: rounded(figures.scroll_cached_fps / figures.frames_fps) } }
  } finally {
    await running?.close()
    data.remove()
    images.remove()
  }
}

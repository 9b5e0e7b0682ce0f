import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { FilesState, StudyEntry, StudyFetch } from '../../../shared/contract'
import { installBridge, type Answers, type OtherEnd } from '../../client/bridge.test-parts'
import { press } from '../../components/press.test-parts'
import { leftWords } from './words'

const idle: FilesState = {
  link: 'ready', sending: false, toSend: { files: 0, bytes: 0, held: 0 }, inHurry: false, damaged: 0, fetching: [],
  rule: { when: 'always', nightFrom: '22:00', nightTo: '06:00', kilobytesPerSecond: 0 },
}
const busy: FilesState = { ...idle, sending: true, toSend: { files: 12, bytes: 30_000_000, held: 0 }, bytesPerSecond: 100_000 }
const study: Pick<StudyEntry, 'id' | 'studyInstanceUid' | 'instances' | 'here'> = { id: '01JD000000000000000000STDY', studyInstanceUid: '2.25.1', instances: 40, here: 0 }
const fetchOf = (over: Partial<StudyFetch>): StudyFetch => ({ studyInstanceUid: '2.25.1', state: 'fetching', files: 0, ofFiles: 0, bytes: 0, ofBytes: 0, ...over })
const ok = <Value,>(value: Value) => ({ ok: true as const, value })

let bridge: OtherEnd
let actions: string[]
beforeEach(() => {
  vi.resetModules()
  actions = ['sync.read', 'sync.configure', 'imaging.read']
})
afterEach(cleanup)

const show = async (what: 'FilesPanel' | 'FetchImages', state: FilesState, props: object = {}, answers: Answers = {}) => {
  bridge = installBridge({
    filesState: () => ok(state),
    whoAmI: () => ok({ practitioner: 'p', user: 'u', name: 'Ada', role: 'administrator', actions, locked: false } as never),
    ...answers,
  })
  const { ClientProvider } = await import('../../client')
  const parts = await import('.')
  const Part = parts[what] as React.ComponentType<object>
  return render(
    <ClientProvider>
      <Part {...props} />
    </ClientProvider>,
  )
}

describe('Images on their way', () => {
  test('tells what is to be sent, how fast and how long it will take', async () => {
    await show('FilesPanel', busy)
    await screen.findByText('12 images · 30 MB')
    expect(screen.getByText('100 kB a second')).toBeDefined()
    expect(screen.getByText('about 5 min')).toBeDefined()
    bridge.tell('filesChanged', idle)
    await screen.findByText('All images of this computer have been sent.')
    expect(leftWords({ ...busy, bytesPerSecond: 1_000 })).toBe('about 8 h')
    expect(leftWords(idle)).toBeUndefined()
  })

  test('offers to send now what waits for the night, to whoever may set the rule', async () => {
    const held: FilesState = { ...idle, rule: { ...idle.rule, when: 'night' }, toSend: { files: 3, bytes: 900_000, held: 3 } }
    await show('FilesPanel', held, {}, { sendFilesNow: () => ok({ ...held, inHurry: true }) })
    await screen.findByText('3 images, until 22:00')
    fireEvent.click(screen.getByRole('button', { name: 'Send now' }))
    await waitFor(() => expect(bridge.asksOf('sendFilesNow')).toHaveLength(1))
    cleanup()
    actions = ['sync.read']
    vi.resetModules()
    await show('FilesPanel', held)
    await screen.findByText('3 images, until 22:00')
    expect(screen.queryByRole('button')).toBeNull()
  })

  test('lets an administrator set the night and a limit, and refuses a limit that is no number', async () => {
    await show('FilesPanel', idle, {}, { setTravelRule: () => ok(idle) })
    fireEvent.click(await screen.findByLabelText('Large ones at night'))
    fireEvent.change(screen.getByLabelText('Night begins'), { target: { value: '21:30' } })
    fireEvent.change(screen.getByLabelText('At most'), { target: { value: 'fast' } })
    fireEvent.click(screen.getByRole('button', { name: 'Save' }))
    expect(await screen.findByText('A whole number of kB, or nothing.')).toBeDefined()
    expect(bridge.asksOf('setTravelRule')).toEqual([])
    fireEvent.change(screen.getByLabelText('At most'), { target: { value: '40' } })
    fireEvent.click(screen.getByRole('button', { name: 'Save' }))
    await screen.findByText('Saved.')
    expect(bridge.asksOf('setTravelRule')).toEqual([{ when: 'night', nightFrom: '21:30', nightTo: '06:00', kilobytesPerSecond: 40 }])
  })

  test('says that the server keeps none, and that some do not read back', async () => {
    await show('FilesPanel', { ...idle, link: 'refused', damaged: 2 })
    await screen.findByText('the server keeps no images for this practice')
    expect(screen.getByText('Images that do not read back on this computer: 2')).toBeDefined()
  })
})

describe('A study whose images are on another workstation', () => {
  const props = { patient: '01JD0000000000000000000ADA', study, name: 'CT head', onArrived: vi.fn() }

  test('is fetched with a click, shows how far it is, can be stopped, and is read again when it has come', async () => {
    props.onArrived.mockClear()
    await show('FetchImages', idle, props, { fetchStudy: () => ok(fetchOf({ state: 'waiting' })), cancelFetchStudy: () => ok(idle) })
    await press('Fetch images: CT head')
    await waitFor(() => expect(bridge.asksOf('fetchStudy')).toEqual([{ patient: props.patient, study: study.id }]))
    bridge.tell('filesChanged', { ...idle, fetching: [fetchOf({ files: 3, ofFiles: 40, bytes: 1_500_000, ofBytes: 20_000_000 })] })
    await screen.findByText('3 of 40 images · 1.5 MB of 20 MB')
    fireEvent.click(screen.getByRole('button', { name: 'Stop fetching' }))
    await waitFor(() => expect(bridge.asksOf('cancelFetchStudy')).toHaveLength(1))
    expect(props.onArrived).not.toHaveBeenCalled()
    bridge.tell('filesChanged', { ...idle, fetching: [fetchOf({ state: 'done', files: 40, ofFiles: 40 })] })
    await waitFor(() => expect(props.onArrived).toHaveBeenCalledTimes(1))
  })

  test('says that nobody has sent it yet, and what went wrong', async () => {
    await show('FetchImages', { ...idle, fetching: [fetchOf({ state: 'missing' })] }, props)
    await screen.findByText(/No workstation has sent these images yet/)
    bridge.tell('filesChanged', { ...idle, fetching: [fetchOf({ state: 'failed', problem: 'disk-full' })] })
    await screen.findByText(/The disk of this computer is full/)
    expect(screen.getByRole('button', { name: 'Fetch again: CT head' })).toBeDefined()
  })

  test('is not spoken of where all images are here', async () => {
    const { container } = await show('FetchImages', idle, { ...props, study: { ...study, here: 40 } })
    await waitFor(() => expect(bridge.asksOf('filesState')).toHaveLength(1))
    expect(container.textContent).toBe('')
  })
})

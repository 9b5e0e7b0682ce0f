import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { done, refuse, type ReadWristband } from '../../../shared/contract'
import { bandCode } from '../../../shared/records/wristband/code'
import { installBridge, type OtherEnd } from '../../client/bridge.test-parts'
import { ClientProvider } from '../../client'
import { Choice } from '../../components'
import { press } from '../../components/press.test-parts'
import { ScanWatch, SerialScannerPanel, WristbandButton } from '.'

const ada = { id: '01HV000000000000000000ADAA', number: 'A-000001', family: 'Okonkwo', given: 'Ada', gender: 'female', birthDate: '1980-05-04' }
const ben = { ...ada, id: '01HV000000000000000000BENN', number: 'A-000002', family: 'Diallo', given: 'Ben' }
const practice = '01HV000000000000000000PRAC'
const bandOf = (patient: typeof ada) => bandCode(practice, patient.id, patient)
let other: OtherEnd
let opened: string[]
let answer: () => ReadWristband
let chosen: string[]

beforeEach(() => {
  opened = []
  chosen = []
  answer = () => ({ kind: 'opened', patient: ben as never })
  other = installBridge({
    readWristband: () => done(answer()),
    findByAccession: ({ accession }) => (accession === 'A26000123' ? done({ accession, patient: ben, orders: [] } as never) : refuse('accession-unknown', { accession })),
    printWristband: () => done({ patient: ada as never, code: bandOf(ada) }),
  })
})
afterEach(cleanup)

const Screen = ({ at, hidden = false }: { readonly at: string | undefined; readonly hidden?: boolean }) => {
  const [text, setText] = useState('')
  const [level, setLevel] = useState<'A' | 'P'>()
  return (
    <ClientProvider>
      <main>
        <form>
          <input aria-label="Pulse" value={text} onChange={(event) => setText(event.target.value)} />
          <Choice label="ACVPU" value={level} onChoose={(value) => (chosen.push(value), setLevel(value))} options={[{ value: 'A', label: 'A' }, { value: 'P', label: 'P' }]} />
        </form>
      </main>
      <ScanWatch hidden={hidden} at={at} onOpen={(patient, part) => opened.push(`${patient} ${part}`)} />
    </ClientProvider>
  )
}
const show = (at: string | undefined = ada.id, hidden = false) => {
  const shown = render(<Screen at={at} hidden={hidden} />)
  act(() => other.tell('practiceChanged', { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' } as never))
  return shown
}
let clock = 10_000
/** Keys as the system tells them; one that nobody held back writes into a field, as in a browser. */
const keys = (target: Element, text: string, everyMs: number, end = 'Enter') => {
  act(() => {
    clock += 5_000
    for (const key of [...text, end]) {
      clock += everyMs
      const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, code: /[A-Z]/.test(key) ? `Key${key}` : '' })
      Object.defineProperty(event, 'timeStamp', { value: clock })
      const isLet = target.dispatchEvent(event)
      if (isLet && key.length === 1 && target instanceof HTMLInputElement && target.type !== 'radio') fireEvent.change(target, { target: { value: target.value + key } })
    }
  })
}
const pulse = () => screen.getByLabelText<HTMLInputElement>('Pulse')

describe('A40: scanning', () => {
  it('A40: a wristband opens its patient from a field, and types nothing into it', async () => {
    show()
    keys(pulse(), bandOf(ben), 8)
    await vi.waitFor(() => expect(opened).toEqual([`${ben.id} chart`]))
    expect(pulse().value).toBe('')
    expect(other.asksOf('readWristband')).toEqual([{ code: bandOf(ben) }])
  })

  it('A40: reaches no control that a letter would change: the level of consciousness stays unchosen', async () => {
    show()
    keys(screen.getByRole('radio', { name: 'P' }), bandOf(ben), 8)
    await vi.waitFor(() => expect(opened).toHaveLength(1))
    expect(chosen).toEqual([])
  })

  it('A40: presses no button with the second key that some scanners end a code with', async () => {
    show()
    const reached: string[] = []
    pulse().addEventListener('keydown', ({ key }) => reached.push(key))
    keys(pulse(), bandOf(ben), 8)
    for (const later of [8, 2_000]) {
      act(() => {
        const event = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true })
        Object.defineProperty(event, 'timeStamp', { value: (clock += later) })
        pulse().dispatchEvent(event)
      })
    }
    await vi.waitFor(() => expect(opened).toHaveLength(1))
    // The three letters that a field gets before it is plain are taken out again; of both first ends nothing came.
    expect(reached).toEqual(['O', 'P', 'W', 'Enter'])
  })

  it('A8: of two wristbands scanned one after the other the last one opens, whichever answer comes first', async () => {
    const waiting: ((answer: ReturnType<typeof done<ReadWristband>>) => void)[] = []
    other = installBridge({ readWristband: () => new Promise((resolve) => waiting.push(resolve)) })
    show(undefined)
    keys(document.body, bandOf(ada), 8)
    keys(document.body, bandOf(ben), 8)
    await vi.waitFor(() => expect(waiting).toHaveLength(2))
    waiting[1]!(done({ kind: 'opened', patient: ben as never }))
    await vi.waitFor(() => expect(opened).toEqual([`${ben.id} chart`]))
    await act(async () => waiting[0]!(done({ kind: 'opened', patient: ada as never })))
    expect(opened).toEqual([`${ben.id} chart`])
  })

  it('A40: a hand still types letters into fields and chooses by them', async () => {
    show()
    keys(pulse(), 'OPW1-', 90)
    expect(pulse().value).toBe('OPW1-')
    keys(pulse(), 'OKONKWO', 3)
    expect(pulse().value).toBe('OPW1-OKONKWO')
    keys(screen.getByRole('radio', { name: 'A' }), 'P', 90, 'Shift')
    await vi.waitFor(() => expect(chosen).toEqual(['P']))
    expect(opened).toEqual([])
  })

  it('A8: with something typed for one patient, the band of another asks first, and staying keeps what was typed', async () => {
    show()
    fireEvent.change(pulse(), { target: { value: '88' } })
    keys(pulse(), bandOf(ben), 8)
    const dialog = await screen.findByRole('dialog', { name: 'Open DIALLO, Ben?' })
    expect(within(dialog).getByText(/born 04-May-1980/)).toBeDefined()
    await press('Stay here')
    expect([opened, pulse().value]).toEqual([[], '88'])
    keys(document.body, bandOf(ben), 8)
    await press('Open DIALLO, Ben')
    expect(opened).toEqual([`${ben.id} chart`])
  })

  it('A40: the band of the patient on the screen asks nothing and leaves everything as it stands', async () => {
    answer = () => ({ kind: 'opened', patient: ada as never })
    show()
    fireEvent.change(pulse(), { target: { value: '88' } })
    keys(pulse(), bandOf(ada), 8)
    await vi.waitFor(() => expect(other.asksOf('readWristband')).toHaveLength(1))
    expect(screen.queryByRole('dialog')).toBeNull()
    expect([opened, pulse().value]).toEqual([[], '88'])
  })

  it.each([
    ['misread', /not read whole/], ['unknown', /Nobody on this computer has this code/], ['other-practice', /another practice/],
  ] as const)('A40: a band that is %s opens nothing and says why', async (kind, words) => {
    answer = () => ({ kind })
    show()
    keys(document.body, bandOf(ben), 8)
    expect((await screen.findByRole('alert')).textContent).toMatch(words)
    expect(opened).toEqual([])
  })

  it('A40: an old band says so, and opens only when a person has looked', async () => {
    answer = () => ({ kind: 'printed-before', patient: ben as never })
    show(undefined)
    keys(document.body, bandOf(ben), 8)
    await screen.findByRole('dialog', { name: 'This wristband is old' })
    expect(opened).toEqual([])
    await press('It is DIALLO, Ben: open')
    expect(opened).toEqual([`${ben.id} chart`])
  })

  it('A40: a sample label opens its order, and one that nobody ordered says so', async () => {
    show(undefined)
    keys(document.body, 'A26000123', 8)
    await vi.waitFor(() => expect(opened).toEqual([`${ben.id} orders`]))
    keys(document.body, 'A26000999', 8)
    expect((await screen.findByRole('alert')).textContent).toContain('A26000999')
  })

  it('A40: a serial scanner does the same in the window at work, and nothing behind the curtain', async () => {
    const focus = vi.spyOn(document, 'hasFocus').mockReturnValue(true)
    const { unmount } = show(undefined)
    act(() => other.tell('codeScanned', { code: bandOf(ben) }))
    await vi.waitFor(() => expect(opened).toHaveLength(1))
    focus.mockReturnValue(false)
    act(() => other.tell('codeScanned', { code: bandOf(ben) }))
    unmount()
    focus.mockReturnValue(true)
    show(undefined, true)
    act(() => other.tell('codeScanned', { code: bandOf(ben) }))
    keys(document.body, bandOf(ben), 8)
    await Promise.resolve()
    expect([opened.length, other.asksOf('readWristband').length]).toEqual([1, 1])
    focus.mockRestore()
  })

  it('A40: prints a wristband with name, birth date, number and the code', async () => {
    let printed = ''
    other = installBridge({ printWristband: () => done({ patient: ada as never, code: bandOf(ada) }) }, { print: async () => void (printed = document.querySelector('.wristband')?.outerHTML ?? '') })
    render(<ClientProvider><WristbandButton patient={ada} /></ClientProvider>)
    act(() => other.tell('practiceChanged', { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' } as never))
    await press('Print a wristband for OKONKWO, Ada')
    await vi.waitFor(() => expect(printed).toContain('OKONKWO, Ada'), { timeout: 10_000 })
    expect(printed).toMatch(/born 04-May-1980 · A-000001/)
    expect(printed).toMatch(/<path d="M/)
    await vi.waitFor(() => expect(document.querySelector('.wristband')).toBeNull())
  })

  it('A40: a technician says at which port the scanner is, and that there is none', async () => {
    other = installBridge({
      whoAmI: () => done({ practitioner: 'p', user: 'u', name: 'Tom', role: 'device-technician', actions: ['device.read', 'device.pair'], locked: false } as never),
      listPorts: () => done([{ path: '/dev/ttyUSB1', name: 'USB scanner', kind: 'serial' }, { path: 'bt', name: 'Cuff', kind: 'bluetooth-spp' }]),
      readSerialScanner: () => done({ path: '/dev/ttyUSB0', baudRate: 9600, state: 'closed' }),
      setSerialScanner: () => done(null),
    })
    render(<ClientProvider><SerialScannerPanel /></ClientProvider>)
    act(() => other.tell('practiceChanged', { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' } as never))
    expect(await screen.findByText('/dev/ttyUSB0 does not answer')).toBeDefined()
    fireEvent.change(await screen.findByLabelText('Port'), { target: { value: '/dev/ttyUSB1' } })
    await press('Use this port')
    await press('Use none')
    await vi.waitFor(() => expect(other.asksOf('setSerialScanner')).toEqual([{ scanner: { path: '/dev/ttyUSB1', baudRate: 9600 } }, { scanner: null }]))
  })
})

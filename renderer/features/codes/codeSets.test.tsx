import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import axe from 'axe-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CodeSetEntry, done, refuse, type Who } from '../../../shared/contract'
import { ClientProvider, Seat } from '../../client'
import { installBridge, type Answers, type OtherEnd } from '../../client/bridge.test-parts'
import { forgetDrafts, KeysProvider } from '../../components'
import { hands } from '../../components/hands.test-parts'
import { press } from '../../components/press.test-parts'
import { CodeSetsScreen } from '.'
import { readCodes } from './readCodes'

const who: Who = { practitioner: '01HV000000000000000000000D', user: 'ada', name: 'Ada', role: 'administrator', actions: ['codes.manage'], locked: false }
const shipped: CodeSetEntry = {
  id: 'http://hl7.org/fhir/sid/icd-10-cm|2021-01', system: 'http://hl7.org/fhir/sid/icd-10-cm', version: '2021-01', title: 'ICD-10-CM', edition: 'January 2021', licence: 'NCHS',
  concepts: 25_565, origin: 'shipped', isOffered: true, isPartial: false,
}

let list: CodeSetEntry[]
let answers: Answers
let end: OtherEnd
beforeEach(() => {
  forgetDrafts()
  list = [shipped]
  answers = {
    listCodeSets: () => done(list),
    keepCodes: () => done(null),
    finishCodeSet: ({ system, version, title, licence = '', concepts }) => {
      list = [...list, { id: `${system}|${version}`, system, version, title, edition: version, licence, concepts, origin: 'imported', isOffered: true, isPartial: false }]
      return done(list)
    },
    offerCodeSet: ({ set, isOffered }) => {
      list = list.map((one) => (one.id === set ? { ...one, isOffered } : one))
      return done(list)
    },
  }
  end = installBridge(answers)
})
afterEach(cleanup)

const show = () => {
  render(<ClientProvider><KeysProvider><Seat value={who}><CodeSetsScreen /></Seat></KeysProvider></ClientProvider>)
  act(() => end.tell('practiceChanged', { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' }))
}
const type = (label: string, text: string) => fireEvent.change(screen.getByLabelText(label), { target: { value: text } })
const choose = async (name: string, text: string) => {
  await press('Import a code set')
  fireEvent.change(screen.getByLabelText('Choose a file'), { target: { files: [new File([text], name)] } })
}

describe('the code sets of a practice', () => {
  it('are listed with edition, publisher and whether they are offered, which one press changes and another changes back', async () => {
    show()
    expect(await screen.findByText('25565')).toBeTruthy()
    await press('Stop offering ICD-10-CM, January 2021')
    await press('Offer ICD-10-CM, January 2021')
    await waitFor(() => expect(end.asksOf('offerCodeSet').map(({ isOffered }) => isOffered)).toEqual([false, true]))
  })

  it('grow by a file: what is in it is shown, with the rows that are none, before anything is kept', async () => {
    show()
    const rows = Array.from({ length: 1_203 }, (_, place) => `Q${place};Plainte ${place}`)
    await choose('plaintes.csv', ['code;libellé', ...rows, ';sans code', 'Q1;encore'].join('\n'))
    const dialog = screen.getByRole('dialog')
    expect(await within(dialog).findByText('1203 codes in “plaintes.csv”, read as: table.')).toBeTruthy()
    expect(within(dialog).getByText('2 rows cannot be taken in; the others can.')).toBeTruthy()
    expect(within(dialog).getByText('Row 1205: no code')).toBeTruthy()
    expect(within(dialog).getByText('Row 1206: the code Q1 stands here a second time')).toBeTruthy()
    expect(within(dialog).getByText('Plainte 0')).toBeTruthy()
    expect(end.asksOf('keepCodes')).toEqual([])
    await press(/^Import(Ctrl\+Enter)?$/, dialog)
    expect(await within(dialog).findByText('A name is needed.')).toBeTruthy()
    type('Name', 'Plaintes')
    type('Edition', '2026')
    type('Address of the code set', 'urn:clinique:plaintes')
    fireEvent.keyDown(screen.getByLabelText('Edition'), { key: 'Enter', ctrlKey: true })
    await waitFor(() => expect(end.asksOf('finishCodeSet')).toMatchObject([{ title: 'Plaintes', version: '2026', system: 'urn:clinique:plaintes', parts: 3, concepts: 1_203 }]))
    expect(end.asksOf('keepCodes').map(({ place, concepts }) => [place, concepts.length])).toEqual([[0, 500], [1, 500], [2, 203]])
    expect(new Set([...end.asksOf('keepCodes'), ...end.asksOf('finishCodeSet')].map(({ key }) => key)).size).toBe(1)
    expect(await screen.findByText('imported here')).toBeTruthy()
  })

  it('A13: a file is imported by keyboard alone', async () => {
    show()
    const { push, walkTo, fill, save } = hands()
    await push('Import a code set')
    const dialog = await screen.findByRole('dialog')
    // What opens behind the button is the system's own dialog.
    const chooser = screen.getByLabelText('Choose a file')
    await walkTo(chooser)
    fireEvent.change(chooser, { target: { files: [new File(['code;name\nQ1;Complaint'], 'complaints.csv')] } })
    await within(dialog).findByText(/^One code in/)
    await fill('Name', 'Complaints', dialog)
    await fill('Edition', '2026', dialog)
    await fill('Address of the code set', 'urn:clinic:complaints', dialog)
    await save()
    await waitFor(() => expect(end.asksOf('finishCodeSet')).toMatchObject([{ title: 'Complaints', concepts: 1 }]))
  })

  it('take name, edition, address and licence from a FHIR CodeSystem, and go on where a part was refused', async () => {
    let calls = 0
    answers.keepCodes = () => (++calls === 1 ? refuse('disk-full') : done(null))
    show()
    await choose('x.json', JSON.stringify({ resourceType: 'CodeSystem', url: 'http://hl7.org/fhir/sid/icd-10', version: '2019', title: 'ICD-10', copyright: 'WHO', concept: [{ code: 'A00', display: 'Cholera' }] }))
    expect(await screen.findByDisplayValue('http://hl7.org/fhir/sid/icd-10')).toBeTruthy()
    await press(/^Import(Ctrl\+Enter)?$/, screen.getByRole('dialog'))
    await waitFor(() => expect(end.asksOf('keepCodes')).toHaveLength(1))
    await press(/^Import(Ctrl\+Enter)?$/, screen.getByRole('dialog'))
    await waitFor(() => expect(end.asksOf('finishCodeSet')).toMatchObject([{ title: 'ICD-10', version: '2019', licence: 'WHO' }]))
    expect(end.asksOf('keepCodes').map(({ place }) => place)).toEqual([0, 0])
  })

  it('say that an edition is here already', async () => {
    answers.finishCodeSet = () => refuse('name-taken', { field: 'version' })
    show()
    await choose('x.json', JSON.stringify({ resourceType: 'CodeSystem', url: 'urn:x', version: '1', title: 'X', concept: [{ code: 'A', display: 'B' }] }))
    await screen.findByDisplayValue('urn:x')
    await press(/^Import(Ctrl\+Enter)?$/, screen.getByRole('dialog'))
    expect(await screen.findByText(/This edition is here already/)).toBeTruthy()
  })

  it('A15: what was typed beside a file is there again when the same file is chosen after a crash, and stands beside no other', async () => {
    show()
    const file = 'code;name\nQ1;Complaint'
    await choose('complaints.csv', file)
    await screen.findByLabelText('Name')
    type('Name', 'Our complaints')
    cleanup()
    show()
    await choose('others.csv', file)
    expect((await screen.findByLabelText<HTMLInputElement>('Name')).value).toBe('')
    fireEvent.change(screen.getByLabelText('Choose a file'), { target: { files: [new File([file], 'complaints.csv')] } })
    await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('Our complaints'))
  })

  it('do not grow by a file that holds none', async () => {
    show()
    await choose('photo.xml', '<html>no codes</html>')
    expect(await screen.findByText('No codes were found in “photo.xml” (read as: ClaML).')).toBeTruthy()
    expect(within(screen.getByRole('dialog')).queryByRole('button', { name: /^Import(Ctrl\+Enter)?$/ })).toBeNull()
  })

  it('break no rule of axe, with a file read', async () => {
    show()
    await choose('x.csv', 'A00,Cholera\n,none')
    await screen.findByText(/One row cannot be taken in/)
    const { violations } = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } })
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
  })
})

it('a long list is read in turns, and no further once nobody wants it', async () => {
  const text = Array.from({ length: 60_000 }, (_, place) => `Q${place},Complaint ${place}`).join('\n')
  let turns = 0
  const read = await readCodes(text, { isWanted: () => true, onProgress: () => (turns += 1) })
  expect(read?.concepts).toHaveLength(60_000)
  expect(turns).toBeGreaterThan(0)
  expect(await readCodes(text, { isWanted: () => false, onProgress: () => undefined })).toBeUndefined()
})

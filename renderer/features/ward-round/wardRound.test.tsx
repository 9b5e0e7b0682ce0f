import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import axe from 'axe-core'
import { useState } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { done, type BedEntry, type DueObservation } from '../../../shared/contract'
import { installBridge, type Answers, type OtherEnd } from '../../client/bridge.test-parts'
import { ClientProvider } from '../../client'
import { forgetDrafts, KeysProvider } from '../../components'
import { press } from '../../components/press.test-parts'
import { WardRoundScreen } from '.'

const beds = 10
const patientId = (bed: number) => `01HV0000000000000000PAT${String(bed).padStart(3, '0')}`
const bedId = (bed: number) => `01HV0000000000000000BED${String(bed).padStart(3, '0')}`
const all = Array.from({ length: beds }, (_, index) => index + 1)
const nameOf = (bed: number) => `FAMILY${bed}, Ada`
/** Who lies in a bed, by its number. */
let lies: Map<number, number>
let charted: Map<string, string>
let answers: Answers
let other: OtherEnd

const bedEntry = (bed: number): BedEntry => {
  const who = lies.get(bed)
  return { id: bedId(bed), name: `Bed ${bed}`, feeds: [], ...(who === undefined ? {} : { patient: { id: patientId(who), name: nameOf(who), number: `A-${who}` } }) }
}
/** Bed 7 is the longest overdue, then 3; the others are due in an hour and later. */
const dueOf = (patient: string): DueObservation => {
  const bed = all.find((each) => patientId(each) === patient)!
  const minutes = charted.has(patient) ? 240 : bed === 7 ? -90 : bed === 3 ? -20 : 60 + bed
  return { patient, due: { kind: 'at', at: new Date(Date.now() + minutes * 60_000 - 5_000).toISOString(), everyMinutes: 60, isContinuous: false, by: 'score', overdueMinutes: 0 } }
}

beforeEach(() => {
  lies = new Map(all.map((bed) => [bed, bed]))
  charted = new Map()
  answers = {
    whoAmI: () => done({ practitioner: 'p', user: 'u', name: 'Nadia', role: 'nurse', actions: ['chart.read', 'patient.read', 'vitals.write'], locked: false } as never),
    readWard: () => done({ beds: all.map(bedEntry), loose: [], rules: { everyMinutes: 5, silentMinutes: 2, offMinutes: 10, confirmHours: 12 } }),
    dueObservations: ({ patients }) => done(patients.map(dueOf)),
    readBanner: ({ patient }) => {
      const bed = all.find((each) => patientId(each) === patient)!
      return done({ patient: { id: patient, number: `A-${bed}`, family: `Family${bed}`, given: 'Ada', gender: 'female', birthDate: '1980-05-04', at: '' }, allergies: { kind: 'not-asked' }, reviewItems: 0 } as never)
    },
    listVitals: () => done([]),
    readScoredAs: () => done({ scale: 1, pregnancy: 'not-asked' } as never),
    recordVitals: ({ patient, values }) => {
      charted.set(patient, values.map(({ code, value }) => `${code} ${value}`).join())
      setTimeout(() => other.tell('recordsChanged', { types: ['Observation'], patients: [patient] }))
      return done(values as never)
    },
  }
  other = installBridge(answers)
})
afterEach(() => {
  cleanup()
  forgetDrafts()
})
const Screen = () => {
  const [bed, setBed] = useState<string>()
  return <WardRoundScreen {...(bed === undefined ? {} : { bed })} onBed={setBed} />
}
const show = () => {
  const shown = render(<ClientProvider><KeysProvider><Screen /></KeysProvider></ClientProvider>)
  act(() => other.tell('practiceChanged', { state: 'open', practice: { id: 'x', name: 'Clinic', training: false }, station: 'A', keystore: 'none' } as never))
  return shown
}
/** Taps keys of the number pad; nothing is typed on a keyboard. */
const tap = (keys: string) => {
  const pad = screen.getByRole('group', { name: /number/i })
  for (const key of keys) fireEvent.click(within(pad).getByRole('button', { name: key }))
}

describe('A19: the round', () => {
  it('A19: says of how many nobody can say, and shows no score of another day', async () => {
    const old = { minute: 1, at: new Date(Date.now() - 30 * 24 * 3_600_000).toISOString(), score: { kind: 'score', used: { chart: 'news2' }, total: 9, level: 'high', points: {} } } as never
    answers.dueObservations = ({ patients }) => done(patients.map((patient) => ({ patient, set: old, due: { kind: 'unknown', why: 'no-set' } })))
    show()
    await screen.findByText('Not known when due: 10')
    expect(screen.queryByText('9')).toBeNull()
    expect(screen.getAllByText(/Nothing charted in the last 24 hours/)).toHaveLength(beds)
  })

  it('A19: overdue observations are at the top, in words and not by colour alone', async () => {
    const { container } = show()
    await screen.findByText('2 overdue')
    const rows = screen.getAllByRole('listitem').map((row) => row.textContent)
    expect(rows[0]).toContain('Bed 7')
    expect(rows[0]).toContain('Overdue 1 h 30 min')
    expect(rows[1]).toContain('Bed 3')
    expect(rows).toHaveLength(beds)
    expect((await axe.run(container, { rules: { 'color-contrast': { enabled: false } } })).violations).toEqual([])
  })

  it('A19: a nurse charts ten beds in sequence by taps alone, without typing a name', async () => {
    show()
    await press(/^Bed 7 ?FAMILY7, Ada/)
    const visited: string[] = []
    for (let bed = 0; bed < beds; bed++) {
      await screen.findByRole('group', { name: /number/i })
      visited.push(screen.getByRole('heading', { level: 1 }).textContent ?? '')
      tap(`1${bed}`)
      await press('Save')
      await screen.findByText(/^Charted for FAMILY/)
      await press(bed < beds - 1 ? /^Next: / : 'Every bed was visited')
    }
    await screen.findByText('Nobody is overdue')
    expect(visited.map((title) => title.split(' · ')[0])).toEqual(['Bed 7', 'Bed 3', ...[1, 2, 4, 5, 6, 8, 9, 10].map((bed) => `Bed ${bed}`)])
    // Each in the chart of who lies there, and nobody twice.
    expect([...charted]).toHaveLength(beds)
    expect(charted.get(patientId(7))).toBe('respiratory-rate 10')
    expect(charted.get(patientId(10))).toBe('respiratory-rate 19')
    expect(other.asksOf('findPatients')).toEqual([])
  })

  it('A8: somebody else is put into the bed while the nurse types: nothing is filed before the nurse has said whom it is about', async () => {
    show()
    await press(/^Bed 7 ?FAMILY7, Ada/)
    await screen.findByRole('group', { name: /number/i })
    tap('120')
    lies.set(7, 3)
    lies.delete(3)
    act(() => other.tell('wardChanged', null))
    await screen.findByText(/^Somebody else lies in Bed 7 now: FAMILY3, Ada/)
    expect(screen.queryByRole('button', { name: /Save/ })).toBeNull()
    await press('Observations of FAMILY3, Ada, Bed 7')
    await screen.findByRole('group', { name: /number/i })
    tap('99')
    await press('Save')
    await vi.waitFor(() => expect([...charted]).toEqual([[patientId(3), 'respiratory-rate 99']]))
  })

  it('A19: whoever is put into a bed that was charted is not told as charted, and is gone to next', async () => {
    show()
    await press(/^Bed 7 ?FAMILY7, Ada/)
    await screen.findByRole('group', { name: /number/i })
    tap('12')
    await press('Save')
    await screen.findByText(/^Charted for FAMILY7/)
    lies.delete(3)
    lies.set(7, 3)
    act(() => other.tell('wardChanged', null))
    await screen.findByText(/^Somebody else lies in Bed 7 now/)
    await press('All beds')
    const row = await screen.findByRole('button', { name: /^Bed 7 ?FAMILY3, Ada/ })
    expect(row.textContent).not.toContain('Charted')
    await press(/^Bed 1 ?FAMILY1, Ada/)
    await press('Next bed without charting')
    expect(await screen.findByRole('heading', { level: 1, name: /^Bed 7/ })).toBeDefined()
  })

  it('A19: a patient in two beds stands once in the round, with both beds named', async () => {
    lies.set(9, 3)
    show()
    await screen.findByText('FAMILY3, Ada was put into more than one bed: Bed 3, Bed 9')
    const row = screen.getByRole('button', { name: /FAMILY3, Ada/ })
    expect(row.textContent).toMatch(/^Bed 3.*also in Bed 9/)
    expect(screen.getAllByRole('listitem').filter((item) => item.textContent?.includes('FAMILY3') && item.closest('.cards'))).toHaveLength(1)
  })

  it('A8: nothing is charted at a bed that two patients were put into before somebody has said who lies there', async () => {
    const since = '2026-11-21T09:00:00.000Z'
    let isOpen = true
    const one = () => all.map(bedEntry).map((bed) => (bed.id === bedId(7) && isOpen ? { ...bed, since, by: 'Nadia', beside: [{ patient: bedEntry(3).patient!, since, by: 'Sam' }] } : bed))
    answers.readWard = () => done({ beds: one(), loose: [], rules: { everyMinutes: 5, silentMinutes: 2, offMinutes: 10, confirmHours: 12 } })
    answers.seatPatient = () => {
      isOpen = false
      return done(one()[0]!)
    }
    answers.whoAmI = () => done({ practitioner: 'p', user: 'u', name: 'Nadia', role: 'nurse', actions: ['chart.read', 'patient.read', 'vitals.write', 'reading.confirm'], locked: false } as never)
    show()
    await screen.findByText(/^Bed 7: two patients were put here/)
    await press(/^Bed 7 ?FAMILY7, Ada/)
    await screen.findByText(/^Also FAMILY3, Ada/)
    expect(screen.queryByRole('group', { name: /number/i })).toBeNull()
    await press('FAMILY7, Ada lies in Bed 7')
    expect(await screen.findByRole('group', { name: /number/i })).toBeDefined()
    expect(other.asksOf('seatPatient')).toEqual([{ bed: bedId(7), patient: patientId(7) }])
  })

  it('says that nobody lies in the bed any more', async () => {
    show()
    await press(/^Bed 7 ?FAMILY7, Ada/)
    await screen.findByRole('group', { name: /number/i })
    lies.delete(7)
    act(() => other.tell('wardChanged', null))
    await screen.findByText('Nobody lies in this bed now')
    await press('All beds')
    expect(await screen.findAllByRole('listitem')).toHaveLength(beds - 1)
  })

  it('A19: by keyboard alone: Enter opens a bed, Ctrl+Enter charts, and the way to the next bed has the focus', async () => {
    show()
    const first = await screen.findByRole('button', { name: /^Bed 7 ?FAMILY7, Ada/ })
    first.focus()
    expect(document.activeElement).toBe(first)
    fireEvent.click(first)
    await vi.waitFor(() => expect(document.activeElement?.id).toMatch(/^vital-/))
    const field = document.activeElement!
    fireEvent.change(field, { target: { value: '118' } })
    fireEvent.keyDown(field, { key: 'Enter', ctrlKey: true })
    await vi.waitFor(() => expect(document.activeElement?.textContent).toMatch(/^Next: Bed 3, FAMILY3, Ada/))
  })
})

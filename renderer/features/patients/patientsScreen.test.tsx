import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { done } from '../../../shared/contract/answer'
import type { Answer, PatientSummary } from '../../../shared/contract'
import { ClientProvider } from '../../client'
import { installBridge } from '../../client/bridge.test-parts'
import { forgetDrafts } from '../../components'
import { PatientsScreen } from './PatientsScreen'

const patient = (family: string, number: string): PatientSummary => ({ id: `01HZZZZZZZZZZZZZZZZZZ${number.replace('-', '')}`, family, given: 'Ada', gender: 'female', deceased: false, number, at: 'x' })
const mok = patient('Mokoena', 'A-000001')
const moki = patient('Mokidi', 'A-000002')

const show = () => {
  const waiting = new Map<string, (found: Answer<PatientSummary[]>) => void>()
  const onOpen = vi.fn()
  installBridge({
    listPatients: () => done({ patients: [], total: 0 }),
    findPatients: ({ text }) => new Promise((answer) => waiting.set(text, answer)),
  })
  render(
    <ClientProvider>
      <PatientsScreen onOpen={onOpen} onRegistering={vi.fn()} />
    </ClientProvider>,
  )
  const search = screen.getByRole('combobox', { name: /Search by name/ })
  return {
    onOpen,
    enter: () => fireEvent.keyDown(search, { key: 'Enter' }),
    type: async (text: string) => {
      fireEvent.change(search, { target: { value: text } })
      await waitFor(() => expect(waiting.has(text)).toBe(true))
    },
    answer: async (text: string, found: PatientSummary[]) => {
      await act(async () => {
        waiting.get(text)?.(done(found))
        await new Promise((later) => setTimeout(later, 20))
      })
    },
    numbers: () => screen.queryAllByRole('option').map((one) => /A-\d+/.exec(one.textContent ?? '')?.[0]),
  }
}

// Answers are kept for a while across screens, so each test asks with words of its own.
describe('the search over patients', () => {
  beforeEach(() => {
    forgetDrafts()
    vi.stubGlobal('ResizeObserver', class { observe() {} disconnect() {} })
  })
  afterEach(() => {
    cleanup()
    vi.unstubAllGlobals()
  })

  it('never puts the answer to an earlier text over that to a later one', async () => {
    const { type, answer, numbers } = show()
    await type('mok')
    await type('moki')
    await answer('moki', [moki])
    expect(numbers()).toEqual(['A-000002'])
    await answer('mok', [mok, moki])
    expect(numbers()).toEqual(['A-000002'])
  })

  it('opens nobody whom an earlier text found: Enter waits for the answer to what stands in the field', async () => {
    const { type, answer, enter, onOpen } = show()
    await type('mo')
    await answer('mo', [mok, moki])
    await type('mokid')
    enter()
    expect(onOpen).not.toHaveBeenCalled()
    await answer('mokid', [moki])
    expect(onOpen.mock.calls).toEqual([[moki.id]])
  })

  it('opens nobody when the text was changed behind the Enter', async () => {
    const { type, answer, enter, onOpen } = show()
    await type('m')
    enter()
    await type('mokidi')
    await answer('m', [mok])
    await answer('mokidi', [moki])
    expect(onOpen).not.toHaveBeenCalled()
    enter()
    expect(onOpen.mock.calls).toEqual([[moki.id]])
  })
})

import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import axe from 'axe-core'
import { forgetDrafts, hasDraft, restoreDrafts } from '../components'
import { press } from '../components/press.test-parts'
import { UnfinishedNotice } from './UnfinishedNotice'

const at = '2026-11-21T13:40:00.000Z'
const onChart = { key: 'note:1', place: '/patients/1/encounters', at, patient: { family: 'Sesay', given: 'Mariama' } }
const beside = { key: 'addendum:2', place: '/patients/1/encounters', at, patient: onChart.patient }
const elsewhere = { key: 'register', place: '/patients', at }

const show = () => {
  restoreDrafts([onChart, beside, elsewhere].map(({ key }) => ({ key, use: 'draft', value: 'typed', at })))
  return render(<UnfinishedNotice found={[onChart, beside, elsewhere]} />)
}

beforeEach(() => {
  forgetDrafts()
  window.location.hash = ''
})
afterEach(cleanup)

describe('after a crash', () => {
  it('A15: says on whose chart something waits, one line a screen, and leads there', async () => {
    const { container } = show()
    expect(screen.getAllByRole('listitem').map((one) => one.querySelector('strong')?.textContent)).toEqual(['SESAY, Mariama', 'Outside of a chart'])
    expect((await axe.run(container, { rules: { region: { enabled: false }, 'color-contrast': { enabled: false } } })).violations).toEqual([])
    const [first] = screen.getAllByRole('listitem')
    await press('Go on', first)
    expect(window.location.hash).toBe('#/patients/1/encounters')
    expect(screen.queryByRole('status')).toBeNull()
    expect(hasDraft('note:1')).toBe(true)
  })

  it('A15: throws away what the person throws away, and nothing else', async () => {
    show()
    await press('Throw away', screen.getAllByRole('listitem')[0])
    expect([hasDraft('note:1'), hasDraft('addendum:2'), hasDraft('register')]).toEqual([false, false, true])
    expect(screen.getAllByRole('listitem')).toHaveLength(1)
  })

  it('says nothing when nothing waits', () => {
    render(<UnfinishedNotice found={[onChart]} />)
    expect(screen.queryByRole('status')).toBeNull()
  })
})

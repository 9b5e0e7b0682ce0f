import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { act, cleanup, renderHook } from '@testing-library/react'
import { done, refuse } from '../../shared/contract/answer'
import type { Answer, AskOf } from '../../shared/contract'
import { forgetDrafts, hasDraft, useDraft, useHabit, useView } from '../components'
import { bringDraftsBack, type DraftKeeper, keepDrafts } from './keepDrafts'

const nurse = '01HZZZZZZZZZZZZZZZZZZZZZZA'

let asked: AskOf<'keepDrafts'>[] = []
let answers: Answer<null>[] = []
let keeper: DraftKeeper

beforeEach(() => {
  vi.useFakeTimers()
  forgetDrafts()
  asked = []
  answers = []
  keeper = keepDrafts(nurse, { keepDrafts: async (ask) => (asked.push(ask), answers.shift() ?? done(null)) }, () => '/patients/1/encounters')
})
afterEach(() => {
  keeper.stop()
  cleanup()
  vi.useRealTimers()
})

const note = () => renderHook(() => useDraft('note:1', '')).result
const type = (field: ReturnType<typeof note>, text: string) => act(() => field.current[1](text))
const lastKept = () => asked.at(-1)?.kept

describe('what is typed', () => {
  it('A15: is on its way to the disk within half a second, however fast somebody types on', async () => {
    const field = note()
    let text = ''
    for (const letter of 'a note of twenty letters') {
      type(field, (text += letter))
      await vi.advanceTimersByTimeAsync(100)
      const kept = asked.flatMap((one) => one.kept).at(-1)?.value ?? '""'
      expect(text.length - (JSON.parse(kept) as string).length).toBeLessThanOrEqual(5)
    }
    await vi.advanceTimersByTimeAsync(500)
    expect(lastKept()).toEqual([{ key: 'note:1', use: 'draft', value: JSON.stringify(text), place: '/patients/1/encounters' }])
    expect(asked.every(({ practitioner }) => practitioner === nurse)).toBe(true)
  })

  it('A15: is offered again until it is kept, when the screen was locked or the host started again', async () => {
    answers = [refuse('session-locked'), refuse('host-restarting')]
    type(note(), 'Fever')
    await vi.advanceTimersByTimeAsync(400)
    expect(asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(2_500)
    expect(asked.map(({ kept }) => kept[0]?.value)).toEqual(['"Fever"', '"Fever"', '"Fever"'])
    await vi.advanceTimersByTimeAsync(10_000)
    expect(asked).toHaveLength(3)
  })

  it('A15: is not asked for ever of a host that will never take it', async () => {
    answers = [refuse('not-allowed')]
    type(note(), 'Fever')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(asked).toHaveLength(1)
  })

  it('A15: is forgotten at once when it was saved', async () => {
    const field = note()
    type(field, 'Fever')
    await vi.advanceTimersByTimeAsync(500)
    act(() => field.current[2]())
    await vi.advanceTimersByTimeAsync(1)
    expect(asked.at(-1)).toMatchObject({ kept: [], dropped: ['note:1'] })
  })

  it('A15: is sent before the person leaves, and nothing of theirs afterwards', async () => {
    type(note(), 'Fever')
    keeper.flush()
    keeper.stop()
    expect(lastKept()?.[0]?.value).toBe('"Fever"')
    forgetDrafts()
    type(note(), 'somebody else’s')
    await vi.advanceTimersByTimeAsync(5_000)
    expect(asked).toHaveLength(1)
  })

  it('A15: is not forgotten on disk because an answer came after the person had left', async () => {
    let answerNow: (answer: Answer<null>) => void = () => undefined
    keeper.stop()
    keeper = keepDrafts(nurse, { keepDrafts: (ask) => (asked.push(ask), new Promise((resolve) => (answerNow = resolve))) }, () => '/patients/1/encounters')
    type(note(), 'Fever')
    await vi.advanceTimersByTimeAsync(500)
    keeper.stop()
    forgetDrafts()
    answerNow(refuse('host-restarting'))
    await vi.advanceTimersByTimeAsync(5_000)
    expect(asked.map(({ kept, dropped }) => [kept.length, dropped])).toEqual([[1, []]])
  })

  it('how a person likes a screen is kept too; what they searched for stays in the window', async () => {
    const habit = renderHook(() => useHabit('patients.page', 25)).result
    const view = renderHook(() => useView('patients.search', '')).result
    act(() => {
      habit.current[1](100)
      view.current[1]('zeb')
    })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(asked.flatMap(({ kept }) => kept.map(({ key, use }) => ({ key, use })))).toEqual([{ key: 'patients.page', use: 'habit' }])
  })

  it('a draft that is larger than a note can be is kept in the window only', async () => {
    type(note(), 'x'.repeat(500_000))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(asked.flatMap(({ kept }) => kept)).toEqual([])
    expect(hasDraft('note:1')).toBe(true)
  })
})

describe('sitting down again', () => {
  const kept = (key: string, value: string, use: 'draft' | 'habit' = 'draft') => ({ key, use, value, place: '/patients/1/encounters', at: '2026-11-21T13:40:00.000Z' })

  it('A15: brings back what was typed, tells of drafts only, and passes over what cannot be read', async () => {
    const found = await bringDraftsBack({ readDrafts: async () => done([kept('note:1', '"Fev'), kept('note:2', '"Cough"'), kept('patients.page', '100', 'habit')]) })
    expect(found.map(({ key }) => key)).toEqual(['note:2'])
    expect(renderHook(() => useDraft('note:2', '')).result.current[0]).toBe('Cough')
    expect(renderHook(() => useHabit('patients.page', 25)).result.current[0]).toBe(100)
    expect(renderHook(() => useDraft('note:1', '')).result.current[0]).toBe('')
  })

  it('goes on without them when they cannot be read', async () => {
    expect(await bringDraftsBack({ readDrafts: async () => refuse('internal') })).toEqual([])
  })
})

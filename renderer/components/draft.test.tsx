import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { forgetDrafts, hasDraft, useDraft } from './draft'

beforeEach(forgetDrafts)
afterEach(cleanup)

describe('a draft', () => {
  it('outlives the screen that it was typed on, even when typing was the last thing that happened', () => {
    const first = renderHook(() => useDraft('note', ''))
    act(() => {
      first.result.current[1]('half a sen')
      first.unmount()
    })
    expect(renderHook(() => useDraft('note', '')).result.current[0]).toBe('half a sen')
  })

  it('two changes in one go both count', () => {
    const { result } = renderHook(() => useDraft('form', () => ({ a: '', b: '' })))
    act(() => {
      result.current[1]((before) => ({ ...before, a: '1' }))
      result.current[1]((before) => ({ ...before, b: '2' }))
    })
    expect(result.current[0]).toEqual({ a: '1', b: '2' })
  })

  it('belongs to its key: another patient’s is another draft', () => {
    const { result, rerender } = renderHook(({ key }) => useDraft(key, ''), { initialProps: { key: 'note:1' } })
    act(() => result.current[1]('for one'))
    rerender({ key: 'note:2' })
    expect(result.current[0]).toBe('')
    act(() => result.current[1]('for two'))
    rerender({ key: 'note:1' })
    expect(result.current[0]).toBe('for one')
  })

  it('is gone when it was saved, and when another person sits down', () => {
    const { result } = renderHook(() => useDraft('note', 'empty'))
    act(() => result.current[1]('typed'))
    expect(hasDraft('note')).toBe(true)
    act(() => result.current[2]())
    expect(result.current[0]).toBe('empty')
    expect(hasDraft('note')).toBe(false)
    act(() => result.current[1]('typed'))
    forgetDrafts()
    expect(hasDraft('note')).toBe(false)
  })
})

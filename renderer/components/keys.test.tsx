import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { KeysProvider, useKeys } from './keys'

const Place = ({ heard }: { readonly heard: string[] }) => {
  useKeys('Here', ['Alt+3', 'N', 'Ctrl+K'].map((keys) => ({ keys, does: keys, run: () => heard.push(keys) })))
  return <input aria-label="Pulse" />
}

afterEach(cleanup)

describe('the keys of a place', () => {
  it('A6: Alt and a number open a tab of the chart out of a field too; a letter there is a letter', () => {
    const heard: string[] = []
    render(
      <KeysProvider>
        <Place heard={heard} />
      </KeysProvider>,
    )
    const field = screen.getByLabelText('Pulse')
    fireEvent.keyDown(field, { key: '3', altKey: true })
    fireEvent.keyDown(field, { key: 'n' })
    fireEvent.keyDown(field, { key: 'k', ctrlKey: true })
    // As AltGr comes from some keyboards: that types a sign.
    fireEvent.keyDown(field, { key: '3', altKey: true, ctrlKey: true })
    expect(heard).toEqual(['Alt+3', 'Ctrl+K'])
    fireEvent.keyDown(document.body, { key: 'n' })
    expect(heard).toEqual(['Alt+3', 'Ctrl+K', 'N'])
  })
})

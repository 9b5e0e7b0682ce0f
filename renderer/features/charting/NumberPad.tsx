import { useRef } from 'react'
import { charting } from '../../../resources/locales/en/charting'
import { moveOn, wording } from '../../components'

const t = wording(charting)

const setText = (input: HTMLInputElement, text: string) => {
  // React listens to the native setter; writing `value` alone would go unheard.
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, text)
  input.dispatchEvent(new Event('input', { bubbles: true }))
}

/** Large number keys for the field that has the focus; shown at the bedside only (the style sheet decides). */
export const NumberPad = () => {
  const pad = useRef<HTMLDivElement>(null)
  const last = useRef<HTMLInputElement | null>(null)
  const field = (): HTMLInputElement | null => {
    const form = pad.current?.closest('form')
    const focused = document.activeElement
    if (focused instanceof HTMLInputElement && form?.contains(focused) && focused.inputMode === 'decimal') last.current = focused
    return last.current?.isConnected ? last.current : (form?.querySelector<HTMLInputElement>('input[inputmode=decimal]') ?? null)
  }
  const type = (key: string) => {
    const input = field()
    if (!input) return
    input.focus()
    const selected = input.selectionStart !== input.selectionEnd
    setText(input, selected ? key : input.value + key)
    input.setSelectionRange(input.value.length, input.value.length)
  }
  const keys = ['7', '8', '9', '4', '5', '6', '1', '2', '3', '.', '0']
  return (
    // The pad takes no focus, so that the field keeps it.
    <div ref={pad} className="pad" role="group" aria-label={t('pad')} onPointerDown={(event) => event.preventDefault()}>
      {keys.map((key) => (
        <button key={key} type="button" className="button pad-key" tabIndex={-1} onClick={() => type(key)}>
          {key}
        </button>
      ))}
      <button
        type="button"
        className="button pad-key"
        tabIndex={-1}
        aria-label={t('pad.delete')}
        onClick={() => {
          const input = field()
          if (input) setText(input, input.value.slice(0, -1))
        }}
      >
        ⌫
      </button>
      <button
        type="button"
        className="button pad-key pad-next"
        tabIndex={-1}
        onClick={() => {
          const input = field()
          if (input?.form) moveOn(input.form, input, 1)
        }}
      >
        {t('pad.next')}
      </button>
    </div>
  )
}

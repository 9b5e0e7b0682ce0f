import { useEffect } from 'react'
import { useLatest } from '../../components'
import { usKeyOf, Wedge } from './wedge'

/** A key that is held back for so long was pressed by a hand. */
const holdMs = 40
/** Many scanners end a code with two keys: the second comes within this. */
const secondEndMs = 120
/** A code without a key at its end is over after this. */
const quietMs = 150

type TextField = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

const written = ['text', 'search', 'email', 'number', 'password', 'tel', 'url', 'date', 'time']

/** What a key writes into, where it can be taken out again. */
const fieldOf = (target: EventTarget | null): TextField | undefined => {
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return target
  return target instanceof HTMLInputElement && written.includes(target.type) ? target : undefined
}

const setText = (field: TextField, text: string) => {
  // React listens to the native setter; writing `value` alone would go unheard.
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field) as object, 'value')?.set?.call(field, text)
  field.dispatchEvent(new Event(field instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }))
}

const putCaret = (field: TextField, at: number) => {
  // Fields of numbers and dates have no caret that could be put anywhere.
  if (field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && field.selectionEnd !== null)) field.setSelectionRange(at, at)
}

const caretOf = (field: TextField): number => (field instanceof HTMLSelectElement ? 0 : (field.selectionEnd ?? field.value.length))

/**
 * Listens to a scanner that types like a keyboard, on every screen. What it types reaches no field and no control: into a text field the
 * first characters are taken out again, before anything else they are held back until it is plain that a hand pressed them.
 */
export const useWedge = (scanned: (code: string) => void): void => {
  const tell = useLatest(scanned)
  useEffect(() => {
    const wedge = new Wedge()
    /** The field that the burst began in, as it was before. */
    let before: { readonly field: TextField; readonly value: string; readonly caret: number } | undefined
    let waiting: KeyboardEvent[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    let lastAt = Number.NEGATIVE_INFINITY
    let doneAt = Number.NEGATIVE_INFINITY
    const released = new WeakSet<Event>()

    /** Keys that were no code go where they would have gone. */
    const release = () => {
      clearTimeout(timer)
      const [keys, text] = [waiting, wedge.held]
      waiting = []
      wedge.drop()
      if (keys.length === 0) return
      const field = before?.field
      if (field?.isConnected && !(field instanceof HTMLSelectElement)) {
        const at = caretOf(field)
        setText(field, field.value.slice(0, at) + text + field.value.slice(at))
        putCaret(field, at + text.length)
        return
      }
      for (const { target, key, code, shiftKey } of keys) {
        const again = new KeyboardEvent('keydown', { key, code, shiftKey, bubbles: true, cancelable: true, composed: true })
        released.add(again)
        target?.dispatchEvent(again)
      }
    }
    const done = (code: string) => {
      clearTimeout(timer)
      waiting = []
      // What is behind a curtain belongs to somebody who is not there.
      if (!document.body.hasAttribute('data-locked')) tell.current(code)
    }
    const rest = () => {
      const code = wedge.end(lastAt)
      if (code === undefined) release()
      else done(code)
    }
    const onKeyDown = (event: KeyboardEvent) => {
      if (released.has(event) || event.isComposing || event.repeat || event.key === 'Shift' || event.key === 'CapsLock') return
      const swallow = () => {
        event.preventDefault()
        event.stopImmediatePropagation()
      }
      const at = event.timeStamp
      if (event.key === 'Enter' || event.key === 'Tab') {
        const code = wedge.end(at)
        if (code === undefined) return at - doneAt <= secondEndMs ? swallow() : release()
        swallow()
        doneAt = at
        return done(code)
      }
      if (event.key.length !== 1 || event.key === ' ' || event.ctrlKey || event.altKey || event.metaKey) return release()
      const field = fieldOf(event.target)
      if (wedge.isAnew(at)) {
        release()
        wedge.forget()
        before = field && { field, value: field.value, caret: caretOf(field) }
      }
      lastAt = at
      const verdict = wedge.type({ key: event.key, us: usKeyOf(event), at }, field !== undefined)
      // What was held before a key that is no part of a code stands before it.
      if (verdict === 'pass') return waiting.length > 0 ? release() : undefined
      swallow()
      waiting.push(event)
      if (verdict === 'restore' && before?.field.isConnected) {
        setText(before.field, before.value)
        putCaret(before.field, before.caret)
      }
      clearTimeout(timer)
      timer = setTimeout(rest, wedge.held.length > 1 ? quietMs : holdMs)
    }
    window.addEventListener('keydown', onKeyDown, true)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('keydown', onKeyDown, true)
    }
  }, [tell])
}

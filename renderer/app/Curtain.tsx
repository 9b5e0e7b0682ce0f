import { useLayoutEffect, useRef, type ReactNode } from 'react'
import { createPortal } from 'react-dom'

/**
 * Hides everything: the work behind it is not drawn, cannot be reached by key or pointer, and stays as it
 * was, typed text and all. A modal dialog of its own, so that it also covers an open dialog.
 */
export const Curtain = ({ children }: { readonly children: ReactNode }) => {
  const ref = useRef<HTMLDialogElement>(null)
  // Before the screen behind it is drawn once more, and before the password field takes the focus.
  useLayoutEffect(() => {
    const before = document.activeElement
    const page = document.documentElement.dataset
    const behind = page['screen']
    document.body.dataset['locked'] = ''
    const dialog = ref.current
    const keep = () => {
      if (dialog && dialog.isConnected && !dialog.open) dialog.showModal()
    }
    keep()
    dialog?.addEventListener('close', keep)
    return () => {
      dialog?.removeEventListener('close', keep)
      dialog?.close()
      delete document.body.dataset['locked']
      // What lies behind is on the glass again; a screen that is new there names itself.
      if (behind && behind !== 'starting') page['screen'] = behind
      if (before instanceof HTMLElement && before.isConnected && before !== document.body) before.focus()
    }
  }, [])
  const front = document.getElementById('front')
  return front
    ? createPortal(
        <dialog ref={ref} className="curtain" onCancel={(event) => event.preventDefault()}>
          {children}
        </dialog>,
        front,
      )
    : null
}

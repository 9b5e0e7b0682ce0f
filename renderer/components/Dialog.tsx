import { useEffect, useId, useRef, type ReactNode } from 'react'
import { Button } from './Button'
import { Form } from './Form'

interface Props {
  readonly title: ReactNode
  /** The word on the button that closes it. */
  readonly closeLabel: string
  readonly onClose: () => void
  /** The main button, Enter on the last field, or Ctrl+Enter anywhere inside. */
  readonly onSubmit?: () => void
  readonly children: ReactNode
  /** The one button that most dialogs end with; anything else goes into `foot`. `isFocused`: there is nothing else to do in it. */
  readonly save?: { readonly label: string; readonly busy: boolean; readonly disabled?: boolean; readonly isFocused?: boolean }
  readonly foot?: ReactNode
  /** In pixels. */
  readonly width?: number
}

/**
 * A dialog in the top layer: focus goes in and comes back, everything behind it is inert.
 * Esc closes; whoever opens it keeps the draft, so nothing typed is lost.
 */
export const Dialog = ({ title, closeLabel, onClose, onSubmit, children, save, foot, width = 560 }: Props) => {
  const ref = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    const dialog = ref.current
    if (!dialog || dialog.open) return
    const before = document.activeElement
    dialog.showModal()
    dialog.querySelector<HTMLElement>('[data-autofocus]')?.focus()
    return () => {
      dialog.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={ref}
      className="dialog"
      aria-labelledby={titleId}
      style={{ ['--dialog-width' as string]: `${width}px` }}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <Form className="dialog-form" onSave={() => onSubmit?.()}>
        <div className="dialog-head">
          <h2 id={titleId}>{title}</h2>
          <Button kind="quiet" onClick={onClose} keys="Esc">
            {closeLabel}
          </Button>
        </div>
        <div className="dialog-body">{children}</div>
        {foot ? <div className="dialog-foot">{foot}</div> : null}
        {save ? (
          <div className="dialog-foot">
            <span className="spread" />
            <Button kind="main" type="submit" busy={save.busy} disabled={save.disabled} keys="Ctrl+Enter" data-autofocus={save.isFocused || undefined}>
              {save.label}
            </Button>
          </div>
        ) : null}
      </Form>
    </dialog>
  )
}

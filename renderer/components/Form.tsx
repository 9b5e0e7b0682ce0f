import { useEffect, useRef, type ReactNode } from 'react'
import { enterGoesOn } from './enterGoesOn'
import { useLatest } from './useLatest'

interface Props {
  readonly className?: string
  readonly label?: string
  /** Ctrl+Enter anywhere inside, Enter on the last field, or the main button. */
  readonly onSave: () => void
  /** Looks at a key first; a key that it prevents goes no further. */
  readonly onKey?: (event: KeyboardEvent) => void
  readonly children: ReactNode
}

/** A form as on paper: Enter goes on to the next field, Ctrl+Enter saves. */
export const Form = ({ className, label, onSave, onKey, children }: Props) => {
  const ref = useRef<HTMLFormElement>(null)
  const save = useLatest(onSave)
  const key = useLatest(onKey)
  useEffect(() => {
    const form = ref.current
    const hear = (event: KeyboardEvent) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault()
        event.stopPropagation()
        save.current()
        return
      }
      key.current?.(event)
      if (form && !event.defaultPrevented) enterGoesOn(event, form)
    }
    form?.addEventListener('keydown', hear)
    return () => form?.removeEventListener('keydown', hear)
  }, [key, save])
  return (
    <form
      ref={ref}
      className={className}
      aria-label={label}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        onSave()
      }}
    >
      {children}
    </form>
  )
}

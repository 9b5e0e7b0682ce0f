import { useEffect, useRef, useState, type ReactNode } from 'react'
import { Button } from '../../../components'

/** A line of a {@link Menu}. */
export interface MenuItem {
  readonly id: string
  readonly label: string
  readonly keys?: string
  readonly pressed?: boolean
  readonly run: () => void
}

interface Props {
  readonly label: ReactNode
  readonly items: readonly MenuItem[]
  readonly disabled?: boolean
}

/** A button that opens a few more. */
export const Menu = ({ label, items, disabled = false }: Props) => {
  const [open, setOpen] = useState(false)
  const anchor = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!open) return
    const box = anchor.current
    box?.querySelector<HTMLElement>('.menu-item')?.focus()
    const outside = (event: Event) => {
      if (!box?.contains(event.target as Node)) setOpen(false)
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') {
        event.preventDefault()
        setOpen(false)
        box?.querySelector<HTMLElement>('button')?.focus()
        return
      }
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
      const entries = [...(box?.querySelectorAll<HTMLElement>('.menu-item') ?? [])]
      if (step === 0 || entries.length === 0) return
      event.preventDefault()
      event.stopPropagation()
      entries[(entries.indexOf(document.activeElement as HTMLElement) + step + entries.length) % entries.length]?.focus()
    }
    window.addEventListener('pointerdown', outside)
    box?.addEventListener('keydown', onKey)
    return () => {
      window.removeEventListener('pointerdown', outside)
      box?.removeEventListener('keydown', onKey)
    }
  }, [open])
  return (
    <div className="menu-anchor viewer-menu" ref={anchor}>
      <Button aria-expanded={open} disabled={disabled} onClick={() => setOpen(!open)}>
        {label} <span aria-hidden="true">▾</span>
      </Button>
      {open ? (
        <div className="menu">
          {items.map(({ id, label: text, keys, pressed, run }) => (
            <button
              key={id}
              type="button"
              className="menu-item"
              {...(pressed !== undefined && { 'aria-pressed': pressed })}
              onClick={() => {
                setOpen(false)
                run()
              }}
            >
              {text}
              {keys ? <kbd aria-hidden="true">{keys}</kbd> : null}
            </button>
          ))}
        </div>
      ) : null}
    </div>
  )
}

import type { ButtonHTMLAttributes, Ref } from 'react'

/** What a button is for: `main` is the one thing to do here, `quiet` stands back. */
export type ButtonKind = 'main' | 'plain' | 'quiet'

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: ButtonKind
  /** Something is under way: the button stays in place and cannot be pressed twice. */
  readonly busy?: boolean
  /** The key that does the same, written behind the words. */
  readonly keys?: string
  readonly ref?: Ref<HTMLButtonElement>
}

/** A button with words. */
export const Button = ({ kind = 'plain', busy = false, keys, children, disabled, type = 'button', className = '', ...rest }: Props) => (
  <button {...rest} type={type} className={`button ${className}`} data-kind={kind} disabled={disabled || busy} aria-busy={busy || undefined}>
    {children}
    {keys ? <kbd aria-hidden="true">{keys}</kbd> : null}
  </button>
)

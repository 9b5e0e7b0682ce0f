import { useState, type ComponentProps, type KeyboardEvent } from 'react'
import { Button } from './Button'
import { TextField } from './Field'

/** What the field says in the language of the window. */
export interface SecretWords {
  readonly show: string
  readonly hide: string
  readonly capsLock: string
}

interface Props extends Omit<ComponentProps<typeof TextField>, 'type' | 'beside'> {
  readonly words: SecretWords
}

/** A password or passphrase: hidden until somebody wants to see it, and it says when Caps Lock is on. */
export const SecretField = ({ words, error, onKeyUp, ...rest }: Props) => {
  const [isShown, setShown] = useState(false)
  const [capsLock, setCapsLock] = useState(false)
  const hear = (event: KeyboardEvent<HTMLInputElement>) => {
    setCapsLock(event.getModifierState('CapsLock'))
    onKeyUp?.(event)
  }
  return (
    <TextField
      {...rest}
      type={isShown ? 'text' : 'password'}
      autoCapitalize="off"
      onKeyUp={hear}
      error={error ?? (capsLock ? words.capsLock : undefined)}
      beside={
        <Button aria-pressed={isShown} onClick={() => setShown(!isShown)}>
          {isShown ? words.hide : words.show}
        </Button>
      }
    />
  )
}

import { fireEvent, screen, waitFor, within } from '@testing-library/react'

/**
 * Presses a button as soon as it is there and can be pressed, as a hand does: a press on a button that is still disabled is lost in
 * silence. The one of this name on the whole screen, or `inside` of something.
 */
export const press = async (name: string | RegExp, inside?: HTMLElement): Promise<void> => {
  const button = await waitFor(() => {
    const found = (inside ? within(inside) : screen).getByRole<HTMLButtonElement>('button', { name })
    if (found.disabled) throw new Error(`the button ${name} is disabled`)
    return found
  })
  fireEvent.click(button)
}

import { screen, waitFor, within, type ByRoleMatcher } from '@testing-library/react'
import userEvent from '@testing-library/user-event'

/** More steps than this from one control to the next are not a way that anybody goes. */
const mostTabs = 80

/** A person at the keyboard who has no mouse: goes on with Tab, chooses with arrows and the space bar, presses Enter. */
export const hands = () => {
  const user = userEvent.setup({ delay: null })
  const walkTo = async (control: Element): Promise<void> => {
    const isThere = () => {
      const at = document.activeElement
      const group = control.getAttribute('type') === 'radio' ? control.getAttribute('name') : null
      return at === control || (group !== null && at?.getAttribute('name') === group)
    }
    for (let presses = 0; presses < mostTabs && !isThere(); presses += 1) await user.tab()
    if (!isThere()) throw new Error(`${control.outerHTML.slice(0, 120)} cannot be reached with Tab`)
  }
  /** Waits for a control that can be used, and walks to it. */
  const reach = async (role: ByRoleMatcher, name: string | RegExp, inside?: HTMLElement): Promise<HTMLElement> => {
    const control = await waitFor(() => {
      const found = (inside ? within(inside) : screen).getByRole(role, { name })
      if (found.matches(':disabled')) throw new Error(`${role} ${name} is disabled`)
      return found
    })
    await walkTo(control)
    return control
  }
  return {
    /** Goes on with Tab until the control has the focus; of radio buttons, until one of its group has. Refuses what Tab does not reach. */
    walkTo,
    reach,
    /** Types where the focus is; `{Enter}`, `{Control>}{Enter}{/Control}` and the like are keys. */
    type: (text: string) => user.keyboard(text),
    /** Reaches a field and types into it, over what stood there. */
    fill: async (name: string | RegExp, text: string, inside?: HTMLElement, role: ByRoleMatcher = 'textbox') => {
      await reach(role, name, inside)
      await user.keyboard(`{Control>}a{/Control}${text}`)
    },
    /** Reaches a button and presses Enter on it. */
    push: async (name: string | RegExp, inside?: HTMLElement) => {
      await reach('button', name, inside)
      await user.keyboard('{Enter}')
    },
    /** Reaches a group of radio buttons and goes to the one of this name with the arrows. */
    choose: async (name: string | RegExp, inside?: HTMLElement) => {
      const radio = (await reach('radio', name, inside)) as HTMLInputElement
      if (document.activeElement === radio) await user.keyboard(' ')
      for (let presses = 0; presses < 12 && !radio.checked; presses += 1) await user.keyboard('{ArrowRight}')
      if (!radio.checked) throw new Error(`${name} cannot be chosen with the arrows`)
    },
    save: () => user.keyboard('{Control>}{Enter}{/Control}'),
  }
}

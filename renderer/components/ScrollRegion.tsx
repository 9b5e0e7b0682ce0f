import type { HTMLAttributes, Ref } from 'react'

interface Props extends HTMLAttributes<HTMLElement> {
  readonly ref?: Ref<HTMLElement>
}

/** A part that scrolls by itself: it takes the focus, so that arrow keys scroll it too (WCAG 2.1.1). Give it a name. */
export const ScrollRegion = (props: Props) => (
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard must be able to scroll it
  <section {...props} tabIndex={0} />
)

import type { ReactNode } from 'react'

/** A few facts side by side, as many to a line as fit. */
export const FactList = ({ children }: { readonly children: ReactNode }) => <dl className="facts">{children}</dl>

/** One of {@link FactList}: its name above, what it is below. */
export const Fact = ({ name, children }: { readonly name: ReactNode; readonly children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

import type { ReactNode } from 'react'

/** A titled part of the screen. */
export const Panel = ({ id, title, children }: { readonly id: string; readonly title: string; readonly children: ReactNode }) => (
  <section className="panel" aria-labelledby={id}>
    <div className="panel-head">
      <h2 id={id}>{title}</h2>
    </div>
    <div className="panel-body stack">{children}</div>
  </section>
)

import type { ReactNode } from 'react'

interface Props {
  /** Of the heading, which names the part for the screen reader. */
  readonly id: string
  readonly title: ReactNode
  /** Set apart from others by a class of its own. */
  readonly className?: string
  /** At the end of the heading's line. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A titled part of a screen; its parts stand one below the other. */
export const Panel = ({ id, title, className, actions, children }: Props) => (
  <section className={className ? `panel ${className}` : 'panel'} aria-labelledby={id}>
    <div className="panel-head">
      <h2 id={id}>{title}</h2>
      {actions}
    </div>
    <div className="panel-body stack">{children}</div>
  </section>
)

import type { ReactNode } from 'react'

/** What a notice means. `critical`, `abnormal` and `info` are the reserved colours; each also has its sign. */
export type Tone = 'plain' | 'critical' | 'abnormal' | 'info' | 'done' | 'accent' | 'training'

const signs: Partial<Record<Tone, string>> = { critical: '✕', abnormal: '!', info: 'i', done: '✓' }

interface Props {
  readonly tone?: Tone
  readonly title: ReactNode
  readonly children?: ReactNode
  readonly actions?: ReactNode
  /** `alert` interrupts a screen reader, `status` waits. */
  readonly role?: 'alert' | 'status'
}

/** Something to know: what happened, what was kept, what to do next. */
export const Notice = ({ tone = 'plain', title, children, actions, role }: Props) => (
  <div className="notice" data-tone={tone} role={role}>
    {signs[tone] ? (
      <span className="notice-sign" aria-hidden="true">
        {signs[tone]}
      </span>
    ) : null}
    <div className="notice-body">
      <div className="notice-title">{title}</div>
      {children}
      {actions ? <div className="notice-actions">{actions}</div> : null}
    </div>
  </div>
)

/** A short word with a sign, in a tone; never colour alone. */
export const Mark = ({ tone = 'plain', sign, children }: { readonly tone?: Tone; readonly sign?: string; readonly children: ReactNode }) => (
  <span className="mark" data-tone={tone}>
    {sign ? <span aria-hidden="true">{sign}</span> : null}
    {children}
  </span>
)

/** An empty place that teaches the first step. */
export const Empty = ({ title, children, action }: { readonly title: string; readonly children?: ReactNode; readonly action?: ReactNode }) => (
  <div className="empty">
    <h3>{title}</h3>
    {children ? <p>{children}</p> : null}
    {action}
  </div>
)

/** Said only when waiting lasts longer than a blink. */
export const Waiting = ({ children }: { readonly children: ReactNode }) => (
  <div className="waiting" role="status">
    {children}
  </div>
)

/** How far something is. */
export const Progress = ({ label, done, of }: { readonly label: string; readonly done: number; readonly of: number }) => (
  <div className="progress" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={of} aria-valuenow={done}>
    <div style={{ width: `${of > 0 ? Math.min(100, (done / of) * 100) : 0}%` }} />
  </div>
)

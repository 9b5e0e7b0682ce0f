interface Props {
  readonly title: string
  readonly code: string
  /** When it was made. */
  readonly made: string
}

/** A recovery code as it goes on paper: it is what is printed of the window that shows it. */
export const RecoverySheet = ({ title, code, made }: Props) => (
  <div className="recovery-sheet">
    <p>{title}</p>
    <code className="recovery-code">{code}</code>
    <p>{made}</p>
  </div>
)

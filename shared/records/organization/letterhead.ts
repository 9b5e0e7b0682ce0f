/** What the practice says of itself at the top of its papers; what it has not said is empty. */
export interface LetterheadFacts {
  readonly name: string
  readonly address: string
  readonly phone: string
  readonly email: string
}

/** The lines of a letterhead, the same on every paper; what is empty has no line. */
export const letterheadLines = ({ name, address, phone, email }: LetterheadFacts): string[] => [name, address, [phone, email].filter(Boolean).join(' · ')].filter(Boolean)

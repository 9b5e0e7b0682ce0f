import { Fragment } from 'react'

/**
 * Facts in one line, between points: `OKAFOR, Ada · T-000300 · born 20-May-1969`. Each keeps its own direction and is broken over lines only
 * where it is longer than one; read aloud or copied, they are one text.
 */
export const Pieces = ({ of }: { readonly of: readonly string[] }) =>
  of.map((piece, index) => (
    <Fragment key={index}>
      {index > 0 ? ' ' : ''}
      <span className="piece">
        <bdi>{piece}</bdi>
        {index < of.length - 1 ? '\u00a0·' : ''}
      </span>
    </Fragment>
  ))

import type { LineBytes } from '../../../shared/contract'

/** The newest bytes of a line, both directions, each piece with its number and time. */
export class LineRing {
  readonly #pieces: LineBytes[] = []
  #held = 0
  #last = 0

  /** @param limit bytes that are held; older pieces are forgotten, and said to be lost to who has not read them */
  constructor(
    private readonly limit: number,
    private readonly mostPieces: number,
  ) {}

  add(from: LineBytes['from'], bytes: Uint8Array, at: string): void {
    if (bytes.length === 0) return
    this.#pieces.push({ number: ++this.#last, at, from, bytes })
    this.#held += bytes.length
    while (this.#pieces.length > 1 && (this.#held > this.limit || this.#pieces.length > this.mostPieces)) this.#held -= this.#pieces.shift()!.bytes.length
  }

  /** Pieces after the one with this number, as far as they fit into `most` bytes; at least one where there is one. */
  after(number: number, most: number): { readonly pieces: LineBytes[]; readonly lost: number } {
    const oldest = this.#pieces[0]?.number ?? this.#last + 1
    const pieces: LineBytes[] = []
    let taken = 0
    for (const piece of this.#pieces) {
      if (piece.number <= number) continue
      taken += piece.bytes.length
      if (pieces.length > 0 && taken > most) break
      pieces.push(piece)
    }
    return { pieces, lost: Math.max(0, oldest - 1 - number) }
  }
}

/** The same bytes in pieces of one length; only the last may be shorter. Nothing for nothing. */
export async function* inPieces(contents: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  let held = Buffer.alloc(length)
  let filled = 0
  for await (const given of contents) {
    for (let at = 0; at < given.length; ) {
      const taken = Math.min(length - filled, given.length - at)
      held.set(given.subarray(at, at + taken), filled)
      filled += taken
      at += taken
      if (filled === length) {
        yield held
        held = Buffer.alloc(length)
        filled = 0
      }
    }
  }
  if (filled > 0) yield held.subarray(0, filled)
}

/** Whether a document is one of those that were counted. */
type Matcher = (document: unknown) => boolean

/** A document as it is now, and as it was before; undefined: there was none. */
export interface WrittenDocument {
  readonly now: unknown
  readonly before: unknown
}

/** As many as screens show at a time. */
const remembered = 32

/** More questions than this to follow a write cost more than counting again. */
const followed = 4000

/**
 * Counts that were asked for, kept right by what is written. Counting a hundred thousand index entries takes SQLite some
 * twenty milliseconds, and the same counts are asked for after every write.
 */
export class RememberedCounts {
  private readonly counts = new Map<string, { readonly matches: Matcher; count: number }>()

  get(question: string): number | undefined {
    return this.counts.get(question)?.count
  }

  remember(question: string, count: number, matches: Matcher): void {
    if (this.counts.size >= remembered) this.counts.delete(this.counts.keys().next().value as string)
    this.counts.set(question, { matches, count })
  }

  /** Whether it is worth to be told what so many documents were before. */
  canFollow(documents: number): boolean {
    return this.counts.size > 0 && this.counts.size * documents <= followed
  }

  /** To be told once it is on disk. */
  written(documents: readonly WrittenDocument[]): void {
    if (this.counts.size * documents.length > followed) return this.forget()
    for (const counted of this.counts.values()) {
      for (const { now, before } of documents) {
        if (before !== undefined && counted.matches(before)) counted.count -= 1
        if (counted.matches(now)) counted.count += 1
      }
    }
  }

  forget(): void {
    this.counts.clear()
  }
}

import { createHash } from 'node:crypto'

/**
 * What a workstation under load says on its standard output, one line of JSON each: before a write what it is about to
 * do, after the acknowledgement that it was done.
 */
export type Said =
  | { readonly say: 'open' }
  /** Documents by id, with the mark that the write gives them; null: they are taken away. `whole`: all of them or none. */
  | { readonly say: 'begin'; readonly write: number; readonly marks: Marks; readonly whole: boolean }
  /** Digests of the documents as they were acknowledged; null: taken away. */
  | { readonly say: 'done'; readonly write: number; readonly digests: Readonly<Record<string, string | null>> }
  | { readonly say: 'count'; readonly begun: true }
  | { readonly say: 'count'; readonly begun: false; readonly number: number }
  | { readonly say: 'closing' }
  | { readonly say: 'problem'; readonly kind: string }

/** By id; `local/…` for this station's own documents. */
export type Marks = Readonly<Record<string, string | null>>

/** Shows whether a document is what was acknowledged. */
export const digestOf = (document: unknown): string => createHash('sha256').update(JSON.stringify(document)).digest('base64url').slice(0, 22)

interface Known {
  /** Last acknowledged; null: that it is taken away, or never was. */
  mark: string | null
  digest: string | null
}

/** The external list: what must be in the file after a crash, and what may be. */
export class Account {
  private readonly known = new Map<string, Known>()
  private readonly begun = new Map<number, { readonly marks: Marks; readonly whole: boolean }>()
  private counter = 0
  private countersBegun = 0
  /** Documents acknowledged, over all rounds. */
  acknowledged = 0

  hear(said: Said): void {
    if (said.say === 'begin') this.begun.set(said.write, { marks: said.marks, whole: said.whole })
    if (said.say === 'done') {
      const marks = this.begun.get(said.write)?.marks ?? {}
      this.begun.delete(said.write)
      for (const [id, digest] of Object.entries(said.digests)) {
        this.known.set(id, { mark: marks[id] ?? null, digest })
        this.acknowledged += 1
      }
    }
    if (said.say === 'count') {
      this.countersBegun += 1
      if (!said.begun) {
        this.countersBegun -= 2
        if (said.number <= this.counter) throw new Error(`the number ${said.number} was given twice`)
        this.counter = said.number
      }
    }
  }

  /**
   * Compares with what is in the file: every document by id with its mark and digest, and the counter.
   *
   * @returns in words, what must not be; empty: all is there and nothing else
   */
  faultsOf(found: ReadonlyMap<string, { readonly mark: string; readonly digest: string }>, counter: number): string[] {
    const faults: string[] = []
    const underWay = new Map<string, (string | null)[]>()
    for (const { marks } of this.begun.values()) for (const [id, mark] of Object.entries(marks)) underWay.set(id, [...(underWay.get(id) ?? []), mark])
    for (const [id, { mark, digest }] of this.known) {
      const there = found.get(id)
      if ((underWay.get(id) ?? []).includes(there?.mark ?? null)) continue
      if (there === undefined) {
        if (mark !== null) faults.push(`lost: ${id} (${mark})`)
      } else if (there.mark !== mark) faults.push(`${id} is ${there.mark}, acknowledged was ${mark}`)
      else if (there.digest !== digest) faults.push(`${id} (${mark}) is not as it was acknowledged`)
    }
    for (const [id, { mark }] of found) {
      if (!this.known.has(id) && !(underWay.get(id) ?? []).includes(mark)) faults.push(`nobody wrote ${id} (${mark})`)
    }
    for (const { marks, whole } of this.begun.values()) {
      const entries = Object.entries(marks)
      const written = entries.filter(([id, mark]) => (found.get(id)?.mark ?? null) === mark).length
      if (whole && written !== 0 && written !== entries.length) faults.push(`${written} of ${entries.length} documents of one write`)
    }
    if (counter < this.counter || counter > this.counter + this.countersBegun) faults.push(`the counter is ${counter}, acknowledged was ${this.counter}`)
    return faults
  }

  /** From here on, what was found is what must stay. */
  settle(found: ReadonlyMap<string, { readonly mark: string; readonly digest: string }>, counter: number): void {
    for (const { marks } of this.begun.values()) for (const id of Object.keys(marks)) this.known.set(id, { mark: null, digest: null })
    this.begun.clear()
    for (const [id, { mark, digest }] of found) this.known.set(id, { mark, digest })
    this.counter = counter
    this.countersBegun = 0
  }
}

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Random } from './random'
import type { Act } from './trace'

type Change = { readonly at: number; readonly data: Buffer } | { readonly size: number }

/** What is on the disk for certain, and what was written but might not be. */
class Content {
  private durable = Buffer.alloc(0)
  private durableSize = 0
  private pending: Change[] = []
  size = 0

  add(change: Change): void {
    this.pending.push(change)
    this.size = 'size' in change ? change.size : Math.max(this.size, change.at + change.data.length)
  }

  sync(): void {
    for (const change of this.pending) this.durableSize = this.apply(change, this.durableSize)
    this.pending = []
  }

  /** As the disk may be after a power cut: of what was not synced nothing, all, or some sectors are there. */
  afterCut(random: Random): Buffer {
    const how = random.pick(['none', 'all', 'some', 'some'] as const)
    const image = new Content()
    image.durable = Buffer.from(this.durable.subarray(0, this.durableSize))
    image.durableSize = this.durableSize
    for (const change of this.pending) {
      if (how === 'none' || (how === 'some' && random(2) === 0)) continue
      if (how === 'some' && 'data' in change && random(3) === 0) {
        // Whole sectors, and not always all of them.
        for (let place = 0; place < change.data.length; ) {
          const length = Math.min(512 - ((change.at + place) % 512), change.data.length - place)
          if (random(2) === 0) image.durableSize = image.apply({ at: change.at + place, data: change.data.subarray(place, place + length) }, image.durableSize)
          place += length
        }
      } else image.durableSize = image.apply(change, image.durableSize)
    }
    return image.durable.subarray(0, image.durableSize)
  }

  private apply(change: Change, size: number): number {
    if ('size' in change) {
      if (change.size < size) this.durable.fill(0, change.size, size)
      this.reserve(change.size)
      return change.size
    }
    const end = change.at + change.data.length
    this.reserve(end)
    change.data.copy(this.durable, change.at)
    return Math.max(size, end)
  }

  private reserve(size: number): void {
    if (size <= this.durable.length) return
    const grown = Buffer.alloc(Math.ceil(size * 1.5))
    this.durable.copy(grown)
    this.durable = grown
  }
}

type Names = ReadonlyMap<string, Content>

/**
 * A folder on a disk that keeps only what was synced. A file's name is on the disk once the file was synced for the first
 * time or the folder was; other changes of names come onto it in their order, when the folder is synced or earlier.
 */
export class Disk {
  private readonly names = new Map<string, Content>()
  /** The names as they are on the disk for certain, and as they were after each change since. */
  private durableNames: Names = new Map()
  private changes: Names[] = []

  /** What is in the folder now counts as being on the disk. */
  constructor(private readonly folder: string) {
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      const content = this.content(join(folder, name))
      content.add({ at: 0, data: readFileSync(join(folder, name)) })
      content.sync()
    }
    this.durableNames = new Map(this.names)
    this.changes = []
  }

  do(act: Act): void {
    switch (act.act) {
      case 'say': return
      case 'create': return void this.content(act.path)
      case 'write': {
        const content = this.content(act.path)
        return content.add({ at: act.at === 'end' ? content.size : act.at, data: act.data })
      }
      case 'truncate': {
        const content = this.content(act.path)
        if (content.size !== act.size) content.add({ size: act.size })
        return
      }
      case 'unlink':
        this.names.delete(act.path)
        return this.renamed()
      case 'rename':
        this.names.set(act.to, this.content(act.path))
        this.names.delete(act.path)
        return this.renamed()
      case 'sync': {
        if (act.path === this.folder) {
          this.durableNames = new Map(this.names)
          this.changes = []
          return
        }
        const content = this.content(act.path)
        content.sync()
        const isNamed = [...this.durableNames.values()].includes(content)
        if (!isNamed) this.durableNames = new Map([...this.durableNames, [act.path, content]])
      }
    }
  }

  /** Writes into a folder what a power cut at this moment may leave. */
  cutInto(folder: string, random: Random): void {
    mkdirSync(folder, { recursive: true })
    const many = random(this.changes.length + 1)
    const names = many === 0 ? this.durableNames : (this.changes[many - 1] as Names)
    for (const [path, content] of names) writeFileSync(join(folder, basename(path)), content.afterCut(random))
  }

  private content(path: string): Content {
    const there = this.names.get(path)
    if (there !== undefined) return there
    const made = new Content()
    this.names.set(path, made)
    this.renamed()
    return made
  }

  private renamed(): void {
    this.changes.push(new Map(this.names))
  }
}

import { AbstractIterator, AbstractLevelDOWN } from 'abstract-leveldown'
import type { KeyRange, OrderedStore, StoreChange } from './orderedStore'

/** How many pairs an iterator reads at a time. */
const pageSize = 256

type Callback = (error?: Error | null, ...values: unknown[]) => void
type Text = string | Buffer

// Attachments come as bytes, all else as text; a prefix tells them apart.
const written = (value: Text): string => (typeof value === 'string' ? `s${value}` : `b${value.toString('base64')}`)
const asRead = (stored: string, asBuffer: boolean): Text => {
  const body = stored.slice(1)
  if (stored[0] === 'b') return Buffer.from(body, 'base64')
  return asBuffer ? Buffer.from(body) : body
}

interface IteratorOptions extends KeyRange {
  readonly reverse?: boolean
  readonly limit?: number
  readonly keyAsBuffer?: boolean
  readonly valueAsBuffer?: boolean
}

class StoreIterator extends AbstractIterator {
  private page: [string, string][] = []
  private range: KeyRange
  private left: number

  constructor(
    private readonly level: LevelStore,
    private readonly store: OrderedStore,
    private readonly options: IteratorOptions,
  ) {
    super(level)
    const { gt, gte, lt, lte } = options
    this.range = { gt, gte, lt, lte }
    this.left = options.limit === undefined || options.limit < 0 ? Infinity : options.limit
  }

  override _next(tell: Callback): void {
    try {
      if (this.page.length === 0 && this.left > 0) this.turnPage()
    } catch (error) {
      this.level.fail(error)
      process.nextTick(tell, error)
      return
    }
    const pair = this.page.shift()
    if (!pair) return void process.nextTick(tell)
    const [key, value] = pair
    process.nextTick(tell, null, this.options.keyAsBuffer ? Buffer.from(key) : key, asRead(value, this.options.valueAsBuffer ?? true))
  }

  private turnPage(): void {
    const reverse = this.options.reverse ?? false
    this.page = this.store.scan(this.range, reverse, Math.min(pageSize, this.left))
    this.left = this.page.length < pageSize ? 0 : this.left - this.page.length
    const last = this.page.at(-1)?.[0]
    if (last === undefined) return
    const { gt, gte, lt, lte } = this.range
    this.range = reverse ? { gt, gte, lt: last } : { gt: last, lt, lte }
  }
}

/**
 * PouchDB's LevelDB adapter over an {@link OrderedStore}. The adapter takes every failed read for
 * "not found", which would let it write a second first revision over a record; so after one failed
 * read the store answers nothing any more.
 */
export class LevelStore extends AbstractLevelDOWN {
  private failure: Error | undefined

  constructor(private readonly store: OrderedStore) {
    super()
  }

  /** From now on every call fails with this. */
  fail(error: unknown): void {
    this.failure ??= error instanceof Error ? error : new Error(String(error))
  }

  /** Why nothing is answered any more. */
  get failed(): Error | undefined {
    return this.failure
  }

  /** A write that fails has changed nothing (the disk is full): PouchDB counts it as not done, and a later one may succeed. */
  private write(changes: readonly StoreChange[], tell: Callback): void {
    if (this.failure) return void process.nextTick(tell, this.failure)
    try {
      this.store.apply(changes)
      process.nextTick(tell, null)
    } catch (error) {
      process.nextTick(tell, error)
    }
  }

  _serializeKey(key: Text): string {
    return typeof key === 'string' ? key : key.toString()
  }

  _serializeValue(value: unknown): Text {
    return Buffer.isBuffer(value) ? value : String(value)
  }

  override _get(key: string, options: { asBuffer?: boolean }, tell: Callback): void {
    if (this.failure) return void process.nextTick(tell, this.failure)
    let stored: string | undefined
    try {
      stored = this.store.get(key)
    } catch (error) {
      this.fail(error)
      return void process.nextTick(tell, this.failure)
    }
    if (stored === undefined) process.nextTick(tell, new Error('NotFound'))
    else process.nextTick(tell, null, asRead(stored, options.asBuffer ?? true))
  }

  override _put(key: string, value: Text, _options: object, tell: Callback): void {
    this.write([{ type: 'put', key, value: written(value) }], tell)
  }

  override _del(key: string, _options: object, tell: Callback): void {
    this.write([{ type: 'del', key }], tell)
  }

  override _batch(changes: readonly { type: 'put' | 'del'; key: string; value?: Text }[], _options: object, tell: Callback): void {
    const all = changes.map(({ type, key, value }): StoreChange => (type === 'put' ? { type, key, value: written(value ?? '') } : { type, key }))
    this.write(all, tell)
  }

  override _iterator(options: IteratorOptions): StoreIterator {
    return new StoreIterator(this, this.store, options)
  }
}

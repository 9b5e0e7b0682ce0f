import { localDay } from '../localDay'

/** An order on a chart, as far as ordering it twice is concerned. */
interface Ordered {
  readonly test: string
  readonly tests: readonly { readonly code: string }[]
  readonly status: 'active' | 'completed' | 'revoked'
  /** ISO instant. */
  readonly at: string
}

/**
 * The orders of the same local day that ask for one of these tests already; those that were withdrawn do not count.
 * @param now ISO instant
 */
export const orderedToday = <Order extends Ordered>(codes: readonly string[], orders: readonly Order[], now: string): Order[] =>
  orders.filter(({ status, at, tests }) => status !== 'revoked' && at !== '' && localDay(at) === localDay(now) && tests.some(({ code }) => codes.includes(code)))

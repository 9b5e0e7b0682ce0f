import { randomBytes } from 'node:crypto'
import type { Link } from '../link'
import type { NotTaken } from './copyChanges'
import { lookAgain, ServerProblem } from '../server'

/** How far both feeds have been copied; a `seq` is opaque. */
export interface RelayPoints {
  /** Of the hub's feed. */
  readonly out: string
  /** Of the centre's feed. */
  readonly in: string
}

/** Where the copying stands, as both sides note it. */
export interface PointsKeeper {
  readonly points: RelayPoints
  /** What was passed, when the notes were read. */
  readonly left: Left
  /** Notes it on both sides. @throws {@link PointsMoved} a side was put back to an earlier state */
  save(points: RelayPoints, left: Left): Promise<void>
}

/** Both ends of the relay. */
export interface Sides {
  readonly hub: Link
  readonly centre: Link
}

/** A side is not where we left it: what has been copied must be looked at anew. */
export class PointsMoved extends Error {}

/** Versions of one way that were passed, because the other side does not take them. */
export interface LeftOut {
  readonly versions: readonly NotTaken[]
  /** There were more than are listed. */
  readonly more: boolean
}

/** See {@link LeftOut}; noted at the hub alone. */
export type Left = Readonly<Record<keyof RelayPoints, LeftOut>>

const nothingLeft: Left = { out: { versions: [], more: false }, in: { versions: [], more: false } }

interface Note extends RelayPoints {
  /** Names this pair of a hub and a centre, from their first meeting on. */
  readonly pair: string
  readonly left?: Left
  readonly _rev?: string
}

/** The leading number of a `seq`: grows with every write, on a node and on a cluster. */
const numberOf = (seq: string): number => Number(/^\d+/.exec(seq)?.[0] ?? 0)
const earlier = (one: string, other: string): string => (numberOf(one) <= numberOf(other) ? one : other)

const readNote = (answer: { readonly status: number; readonly body: unknown }): Note | undefined => {
  if (answer.status !== 200) return undefined
  const { pair, out, in: into, left, _rev } = answer.body as Partial<Note>
  return typeof pair === 'string' && typeof out === 'string' && typeof into === 'string' ? { pair, out, in: into, ...(left && { left }), _rev } : undefined
}

/** The path of the note on either side. */
export const notePath = (hub: string): string => `_local/outpost-relay-${hub}`

/**
 * Compares the notes of both sides. Each is part of its database, so that one that was put back from a copy says itself how
 * far it is: the earlier of the two counts. Sides that never met, or one of which was made anew, begin at the beginning.
 *
 * @param name the hub's own name
 * @param hasMoved whether a side may not be where we left it: then nothing is noted any more
 */
export const keepPoints = async ({ hub, centre }: Sides, name: string, hasMoved: () => boolean): Promise<PointsKeeper> => {
  const path = notePath(name)
  const ask = (link: Link) => link.run((server) => server.ask({ path }))
  const [mine, theirs] = await Promise.all([ask(hub), ask(centre)])
  const [atHub, atCentre] = [readNote(mine), readNote(theirs)]
  const revOf = ({ status, body }: typeof mine) => (status === 200 ? (body as Note)._rev : undefined)
  const revs: Record<keyof Sides, string | undefined> = { hub: revOf(mine), centre: revOf(theirs) }
  const met = atHub !== undefined && atCentre?.pair === atHub.pair
  const pair = met ? atHub.pair : randomBytes(12).toString('hex')
  let points: RelayPoints = met ? { out: earlier(atHub.out, atCentre.out), in: earlier(atHub.in, atCentre.in) } : { out: '0', in: '0' }

  const put = async (side: keyof Sides, link: Link, next: RelayPoints & { readonly left?: Left }) => {
    const rev = revs[side]
    const answer = await link.run(async (server) => {
      // Asked after the side was looked at: a line that was cut on the way to it may have come back to another state, with the note that we had left.
      if (hasMoved()) throw new PointsMoved()
      const put = await server.ask({ method: 'PUT', path, body: { pair, ...next, ...(rev === undefined ? {} : { _rev: rev }) } })
      if (put.status === 409) {
        // Our own write, the answer to which was lost, or somebody else's state.
        const there = await server.ask({ path })
        const note = readNote(there)
        if (note?.pair === pair && note.out === next.out && note.in === next.in) return { rev: note._rev }
        throw new PointsMoved()
      }
      if (put.status >= 300) return lookAgain(new ServerProblem('answered', put.status, 'the note could not be left'))
      return put.body as { readonly rev?: string }
    })
    revs[side] = answer.rev
  }
  const left = (met ? atHub.left : undefined) ?? nothingLeft
  const save = async (next: RelayPoints, passed: Left) => {
    // What was passed is on disk before anybody believes that it was copied.
    await put('hub', hub, { ...next, left: passed })
    await put('centre', centre, next)
    points = next
  }
  if (!met) await save(points, left)
  return {
    get points() {
      return points
    },
    left,
    save,
  }
}

import { dot, heightAlong, normalOf, type Plane } from './plane'
import type { Place } from './places'

/** What is known of a stack when another one is to follow it, or it another one. */
export interface Followable {
  readonly places: readonly Place[]
  /** Where it stands. */
  readonly at: number
  /** Where it stood when the two were tied together. */
  readonly tiedAt: number
  /** Where a place lies; undefined where that is not known. */
  readonly planeOf: (place: number) => Pick<Plane, 'position' | 'orientation' | 'frameOfReference'> | undefined
}

/** Stacks that lie more than about 20° apart do not turn together. */
const parallel = 0.94

/**
 * The place to which a stack turns when another one is turned: within one frame of reference to the same position in
 * the patient; otherwise as many millimetres on as the other from where both stood when they were tied together; where
 * positions are not known, as many places on.
 *
 * @returns undefined when it stays: the stacks lie across one another
 */
export const placeFollowing = (leader: Followable, follower: Followable): number | undefined => {
  const [leading, following] = [leader.planeOf(leader.at), follower.planeOf(follower.at)]
  if (!leading || !following) return withinRange(follower.tiedAt + leader.at - leader.tiedAt, follower.places.length)
  const normal = normalOf(following)
  const turn = dot(normalOf(leading), normal)
  if (Math.abs(turn) < parallel) return undefined
  const height = target(leader, follower, { leading, following, turn })
  let nearest: number | undefined
  let least = Infinity
  for (let place = 0; place < follower.places.length; place++) {
    const plane = follower.planeOf(place)
    if (!plane) continue
    const away = Math.abs(heightAlong(plane, normal) - height)
    if (away < least) [nearest, least] = [place, away]
  }
  return nearest
}

interface Met {
  readonly leading: Pick<Plane, 'position' | 'orientation' | 'frameOfReference'>
  readonly following: Pick<Plane, 'position' | 'orientation' | 'frameOfReference'>
  readonly turn: number
}

/** Millimetres along the follower's normal. */
const target = (leader: Followable, follower: Followable, { leading, following, turn }: Met): number => {
  const normal = normalOf(following)
  if (leading.frameOfReference !== undefined && leading.frameOfReference === following.frameOfReference) return heightAlong(leading, normal)
  const [leaderTied, followerTied] = [leader.planeOf(leader.tiedAt) ?? leading, follower.planeOf(follower.tiedAt) ?? following]
  const gone = heightAlong(leading, normalOf(leading)) - heightAlong(leaderTied, normalOf(leading))
  return heightAlong(followerTied, normal) + gone * Math.sign(turn)
}

const withinRange = (place: number, count: number): number => Math.min(count - 1, Math.max(0, place))

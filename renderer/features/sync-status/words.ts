import { sync } from '../../../resources/locales/en/sync'
import type { SyncState } from '../../../shared/contract'
import { fill, wording, type Facts } from '../../components'

/** The wording of synchronisation. */
export const t = wording(sync)

const catalogue: Readonly<Record<string, string>> = sync

/** As {@link t}, for an id that is put together at run time; `otherwise` where there are no words. */
export const said = (id: string, otherwise: string, facts?: Facts): string => (catalogue[id] === undefined ? otherwise : fill(catalogue[id], facts))

/** What is not on both sides yet: what waits either way, and what the server refused; undefined where that is nothing. */
export const butFor = ({ waitingOut, waitingIn = 0, refused }: SyncState): Facts | undefined =>
  waitingOut + waitingIn + refused === 0 ? undefined : { waiting: (waitingOut + waitingIn).toLocaleString('en'), refused: refused.toLocaleString('en') }

import { sync } from '../../../resources/locales/en/sync'
import { fill, formatDayTime, formatTime, wording, type Facts } from '../../components'

/** The wording of synchronisation. */
export const t = wording(sync)

const catalogue: Readonly<Record<string, string>> = sync

/** As {@link t}, for an id that is put together at run time; `otherwise` where there are no words. */
export const said = (id: string, otherwise: string, facts?: Facts): string => (catalogue[id] === undefined ? otherwise : fill(catalogue[id], facts))

/** An instant: the time alone when it is today. */
export const whenWords = (instant: string): string => (new Date(instant).toDateString() === new Date().toDateString() ? formatTime(instant) : formatDayTime(instant))

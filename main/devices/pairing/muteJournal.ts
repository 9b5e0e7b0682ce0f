import type { Journal } from '../journal'
import type { Profile } from '../profiles'

/**
 * The journal of a trial: it keeps no result, and says so, so that the driver tells the device that its result did not
 * arrive. What is still in the device is then sent again once it is paired. Bytes that are no result are let through.
 */
export const muteJournal = ({ category }: Profile): Journal => ({
  keep: ({ message }) => (message || category === 'vitals' ? Promise.reject(new Error('a trial keeps nothing')) : Promise.resolve(undefined)),
  undelivered: () => [],
  delivered: () => Promise.resolve(),
  find: () => Promise.resolve(undefined),
  close: () => Promise.resolve(),
})

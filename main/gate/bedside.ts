import { done, type bedsideRequests } from '../../shared/contract'
import type { Decider, DeviceDesk } from '../devices/inbox'
import type { Monitors } from '../devices/monitors'
import type { Handlers, SignedIn } from './handler'

const decider = ({ practitioner, name }: SignedIn['session']): Decider => ({ practitioner, name })

/** Beds, the monitors at them, and whose their numbers are. */
export const bedsideHandlers = ({ monitors, devices }: { readonly monitors: Monitors; readonly devices: DeviceDesk }): Handlers<typeof bedsideRequests> => ({
  readWard: async () => done(await monitors.ward()),
  addBed: ({ key, name }, { session }) => monitors.addBed(key, name, decider(session)),
  removeBed: ({ bed }, { session }) => monitors.removeBed(bed, decider(session)),
  seatPatient: ({ bed, patient }, { session }) => monitors.seat(bed, patient, decider(session)),
  emptyBed: ({ bed }, { session }) => monitors.empty(bed, decider(session)),
  placeMonitor: ({ feed, bed }) => monitors.place(feed, bed),
  confirmMonitor: ({ feed, patient }, { session }) => monitors.confirm(feed, patient, decider(session)),
  releaseMonitor: ({ feed }) => monitors.release(feed),
  setFeedRules: (rules) => monitors.setRules(rules),
  watchWaves: async ({ devices: watched }) => {
    devices.watchWaves(watched)
    return done(null)
  },
  listUnknownBeds: async () => done(await monitors.unknownBeds()),
  fileUnknownBed: ({ item, patient }, { session }) => monitors.fileUnknownBed(item, patient, decider(session)),
  dismissUnknownBed: ({ item, reason }, { session }) => monitors.dismissUnknownBed(item, reason, decider(session)),
})

export { type Bus, type BusCall, type BusObject, BusProblem, connectBus } from './bus'
export { type BusMessage, MessageReader, Variant, WireProblem } from './wire'

export { type Bus, type BusCall, type BusObject, BusProblem, connectBus, systemBusAddress } from './bus'
export { type BusMessage, MessageReader, Variant, writeMessage, WireProblem } from './wire'

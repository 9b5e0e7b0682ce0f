/** The device host's side, which knows no records; the practice host's side is `main/devices/inbox`. */
export { saveRecording, sealBlackBoxAnew, type Entry as TraceEntry, type TraceAnswers, type TraceAsk, type TraceReach, type TraceSource } from './blackBox'
export { sealJournalAnew } from './journal'
export { linkOverPort, linkOverProcess, memoryLinks, type ElectronPort, type Link, type ProcessEnd } from './link'
export type { Measurement, VitalNumbers } from './framers'
export type { LineAnswers, LineAsk } from './lines'
export type { PairingAnswer, PairingAsk } from './pairing'
export type { Capture, DeviceCondition, HostAnswers, HostAsk, PairedDevice, ToDesk, ToStation } from './messages'
export { allProfiles, codesOfTests, codesWanted, profileOf, putOwnProfiles, readCapture, readProfile, readVitals, type Profile, type ProfileFault, type ProfileFile, type Sample, type SampleResult } from './profiles'
export {
  bloodCount, deviceFaults, isLineFault, isMessageFault, mindrayCount, probeOff, pseudoTerminals, simulatedMessage, type VirtualCentralStation, virtualAnalyser, virtualCentralStation, virtualDevice, virtualHl7Analyser, type VirtualHl7Analyser, virtualOximeter, virtualVitals, type PseudoTerminals, type VirtualDevice,
} from './simulators'
export { createDeviceStation, failedTest, runDeviceHost, type DeviceStation, type Expectations, type StationOptions } from './station'
export { type BluetoothAsk, isNetworkPath, networkTransport, serialTransport, simulatedLine, TransportProblem, type Transport } from './transports'

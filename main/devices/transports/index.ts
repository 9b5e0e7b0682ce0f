export { listPorts, portOf } from './listPorts'
export { problemOf, serialTransport } from './serial'
export { simulatedLine } from './simulated'
export { TransportProblem, type ClosedWhy, type Line, type LineEvents, type Transport } from './transport'

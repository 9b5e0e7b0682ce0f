export { virtualAnalyser, type VirtualAnalyser } from './analyser'
export { astmTime, bloodCount } from './bloodCount'
export { virtualOximeter, type VirtualOximeter } from './oximeter'
export { pseudoTerminals, type PseudoTerminals } from './pseudoTerminals'

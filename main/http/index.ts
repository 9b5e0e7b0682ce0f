export { readFingerprint, Untrusted, type TrustProblem } from './certificates'
export { openExchange, type Answered, type Asked, type Exchange, type OpenExchange, type Traffic } from './exchange'
export { isOwnNetwork, isPrivateLine, isThisComputer } from './privateLine'

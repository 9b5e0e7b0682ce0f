/**
 * The LAN hub. As a utility process it waits for a port from its parent and is told over it what to
 * serve (see {@link HubStart}); the command line and the tests call {@link createHub} and {@link runHub}.
 */
import { serveParent, type ParentPort } from './parent'

export { createHub, type Hub, type HubMember, type HubOptions, type HubUser, type PracticeMark } from './hub'
export type { JoinCode, JoinOffer } from './joining'
export { StoreProblem } from './orderedStore'
export { readSelector } from './selector'
export { runHub, type HubCommand } from './command'
export { serveParent, type HubAnswers, type HubAsk, type HubSaid, type HubStart, type HubStarted } from './parent'

const parent = (process as unknown as { parentPort?: ParentPort }).parentPort
if (parent) {
  const close = serveParent(parent)
  process.once('SIGTERM', () => void close().finally(() => process.exit(0)))
}

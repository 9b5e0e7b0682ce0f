/** Studies that go to other places, and come from there. */
export { OutboxPanel } from './OutboxPanel'
export { PriorsElsewhere } from './PriorsDialog'
export { SendState, SendStudy, StudyOrigin } from './StudyExchange'
export { WorklistPanel } from './WorklistPanel'

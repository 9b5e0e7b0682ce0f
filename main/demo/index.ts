export { type DemoAsk, demoPatients, type FilledDemo, fillDemo } from './fillDemo'
export { type DemoUser, demoUsers } from './users'

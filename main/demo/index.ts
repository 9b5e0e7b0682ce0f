export { bloodCountOf, demoAnalyser } from './bloodCount'
export { type DemoAsk, demoPatients, type FilledDemo, fillDemo } from './fillDemo'
export { type Chance, chanceOf } from './random'
export { type DemoUser, demoUsers } from './users'

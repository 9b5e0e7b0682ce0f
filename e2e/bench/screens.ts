export { default } from './screens/index'

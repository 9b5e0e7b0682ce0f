export { default } from './sync/index'

export { measureLink as default } from './sync/index'

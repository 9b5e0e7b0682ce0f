export { default } from './search/index'

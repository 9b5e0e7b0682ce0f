export { FetchImages } from './FetchImages'
export { FilesPanel } from './FilesPanel'

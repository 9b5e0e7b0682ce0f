export { CatalogueTab } from './CatalogueTab'

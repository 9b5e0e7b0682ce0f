export { openAnnotations, type AnnotationParts, type Annotations } from './annotations'

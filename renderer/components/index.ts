/** The parts that every screen is made of; they know no clinical word. */
import './controls.css'

export * from './Button'
export * from './Dialog'
export * from './draft'
export * from './enterGoesOn'
export * from './Field'
export * from './format'
export * from './keys'
export * from './Notice'
export * from './ProblemNotice'
export * from './useScreen'
export * from './wording'

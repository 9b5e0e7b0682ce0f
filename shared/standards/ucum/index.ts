export { type Conversion, type ConversionFault, conversionOf, convertedNumber, convertedRange } from './convert'
export { likelyUnit } from './likely'
export { type Substance, substanceById, substanceOf, substances } from './substances'
export { readUnit, type ReducedUnit } from './unit'

export { type Calculated, calculatedOf, type CalculatedResults, type CalculatedTest, type Measured, type NotCalculated } from './calculate'
export { type Calculation, calculationOf, withCalculation } from './fhir'
export { type Formula, type FormulaPerson, formulas, type Refusal } from './formulas'

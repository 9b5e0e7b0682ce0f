/*
 * Values that are worked out of others. Each formula names its source, takes its inputs in the units in which it was published, and says
 * itself where it does not hold.
 */

/**
 * Why a value was not worked out. `triglycerides-high`: above 400 mg/dL the formula does not hold. `adults-only`: it was made for people from 18 on. `age-unknown` and
 * `sex-unknown`: it needs to know. `impossible`: the inputs cannot be of one sample. `no-number`: an input is `> 300`, or words. `unit`: an input has a unit that cannot be converted.
 */
export const refusals = ['triglycerides-high', 'adults-only', 'age-unknown', 'sex-unknown', 'impossible', 'no-number', 'unit'] as const
/** See {@link refusals}. */
export type Refusal = (typeof refusals)[number]

/** Of whom, as far as a formula asks. */
export interface FormulaPerson {
  readonly sex?: 'male' | 'female'
  /** Completed years on the day of the sample, as far as the birth date tells: at least `atLeast`, at most `atMost`. */
  readonly years?: { readonly atLeast: number; readonly atMost: number }
}

/** What goes into a formula. */
export interface FormulaInput {
  /** As the formula writes it. */
  readonly symbol: string
  /** LOINC codes of the tests that measure it, by mass and by amount. */
  readonly loinc: readonly string[]
  /** UCUM unit in which the formula takes it. */
  readonly unit: string
}

/** A formula, of the unit that it gives in. */
export interface Formula {
  /** Code of the result in the practice's own catalogue. */
  readonly code: string
  readonly name: string
  /** LOINC codes of the result: the first one is given to it, any of them is the same thing measured. */
  readonly loinc: readonly string[]
  /** UCUM. */
  readonly unit: string
  /** Digits after the decimal point in `unit`. */
  readonly decimals: number
  /** The same in the other unit, for a practice that measures its inputs in that. */
  readonly other?: { readonly unit: string; readonly loinc: string; readonly decimals: number }
  /** The formula as people read it. */
  readonly text: string
  /** Who published it, and when. */
  readonly source: string
  readonly inputs: readonly FormulaInput[]
  /** @param inputs in the order and the units of `inputs` */
  readonly of: (inputs: readonly number[], person: FormulaPerson) => number | Refusal
}

const cholesterol: FormulaInput = { symbol: 'total cholesterol', loinc: ['2093-3', '14647-2'], unit: 'mg/dL' }
const hdl: FormulaInput = { symbol: 'HDL cholesterol', loinc: ['2085-9', '14646-4'], unit: 'mg/dL' }
const triglycerides: FormulaInput = { symbol: 'triglycerides', loinc: ['2571-8', '14927-8'], unit: 'mg/dL' }
const creatinine: FormulaInput = { symbol: 'creatinine', loinc: ['2160-0', '14682-9'], unit: 'mg/dL' }
const sodium: FormulaInput = { symbol: 'sodium', loinc: ['2951-2'], unit: 'mmol/L' }
const chloride: FormulaInput = { symbol: 'chloride', loinc: ['2075-0'], unit: 'mmol/L' }
const bicarbonate: FormulaInput = { symbol: 'bicarbonate', loinc: ['1963-8', '2028-9'], unit: 'mmol/L' }
const haemoglobin: FormulaInput = { symbol: 'haemoglobin', loinc: ['718-7', '59260-0'], unit: 'g/dL' }
const haematocrit: FormulaInput = { symbol: 'haematocrit', loinc: ['4544-3', '20570-8'], unit: '%' }
const redCells: FormulaInput = { symbol: 'red cells', loinc: ['789-8'], unit: '10*6/uL' }
const whiteCells: FormulaInput = { symbol: 'white cells', loinc: ['6690-2'], unit: '10*3/uL' }
const albumin: FormulaInput = { symbol: 'albumin', loinc: ['1751-7'], unit: 'g/L' }

/** Above this many mg/dL of triglycerides (4.52 mmol/L) Friedewald's estimate does not hold. */
const mostTriglycerides = 400

/** LDL cholesterol, mg/dL: Friedewald WT, Levy RI, Fredrickson DS, Clin Chem 1972;18:499-502. */
const friedewald: Formula = {
  code: 'LDL-CALC', name: 'LDL cholesterol', loinc: ['13457-7', '39469-2', '2089-1', '22748-8', '18262-6', '69419-0'], unit: 'mg/dL', decimals: 0, other: { unit: 'mmol/L', loinc: '39469-2', decimals: 2 },
  text: 'total cholesterol − HDL cholesterol − triglycerides ÷ 5 (mg/dL)', source: 'Friedewald 1972',
  inputs: [cholesterol, hdl, triglycerides],
  of: ([total = 0, high = 0, fats = 0]) => {
    if (fats > mostTriglycerides) return 'triglycerides-high'
    const low = total - high - fats / 5
    return low < 0 ? 'impossible' : low
  },
}

const nonHdl: Formula = {
  code: 'NON-HDL', name: 'Non-HDL cholesterol', loinc: ['43396-1', '70204-3'], unit: 'mg/dL', decimals: 0, other: { unit: 'mmol/L', loinc: '70204-3', decimals: 2 },
  text: 'total cholesterol − HDL cholesterol', source: 'NCEP ATP III 2002',
  inputs: [cholesterol, hdl],
  of: ([total = 0, high = 0]) => (high > total ? 'impossible' : total - high),
}

const ckdEpiOf = (mgPerDl: number, sex: 'male' | 'female', years: number): number => {
  const [kappa, alpha] = sex === 'female' ? [0.7, -0.241] : [0.9, -0.302]
  const ratio = mgPerDl / kappa
  return 142 * Math.min(ratio, 1) ** alpha * Math.max(ratio, 1) ** -1.2 * 0.9938 ** years * (sex === 'female' ? 1.012 : 1)
}

/** Estimated glomerular filtration rate, mL/min/1.73 m²: CKD-EPI 2021, Inker LA et al., N Engl J Med 2021;385:1737-49. From 18 years on. */
const ckdEpi: Formula = {
  code: 'EGFR', name: 'eGFR', loinc: ['98979-8', '62238-1', '33914-3'], unit: 'mL/min/{1.73_m2}', decimals: 0,
  text: '142 × min(creatinine ÷ κ, 1)^α × max(creatinine ÷ κ, 1)^−1.200 × 0.9938^age (× 1.012 female); κ 0.7 female, 0.9 male; α −0.241 female, −0.302 male', source: 'CKD-EPI 2021',
  inputs: [creatinine],
  of: ([mgPerDl = 0], { sex, years }) => {
    if (!years) return 'age-unknown'
    if (years.atMost < 18) return 'adults-only'
    if (years.atLeast < 18) return 'age-unknown'
    if (!sex) return 'sex-unknown'
    if (mgPerDl <= 0) return 'impossible'
    // Of a birth date that is only a year, the two ages differ by less than one unit of the result.
    return ckdEpiOf(mgPerDl, sex, years.atLeast)
  },
}

/** Anion gap without potassium: Emmett M, Narins RG, Medicine 1977;56:38-54. */
const anionGap: Formula = {
  code: 'AGAP', name: 'Anion gap', loinc: ['10466-1', '33037-3', '1863-0'], unit: 'mmol/L', decimals: 0,
  text: 'sodium − (chloride + bicarbonate)', source: 'Emmett and Narins 1977',
  inputs: [sodium, chloride, bicarbonate],
  of: ([na = 0, cl = 0, base = 0]) => na - (cl + base),
}

/** Calcium for an albumin of 40 g/L, mmol/L: Payne RB et al., Br Med J 1973;4:643-6. */
const correctedCalcium: Formula = {
  code: 'CA-CORR', name: 'Calcium, corrected for albumin', loinc: ['29265-6', '18281-6'], unit: 'mmol/L', decimals: 2,
  text: 'calcium + 0.02 × (40 − albumin in g/L) (mmol/L)', source: 'Payne 1973',
  inputs: [{ symbol: 'calcium', loinc: ['2000-8', '17861-6'], unit: 'mmol/L' }, albumin],
  of: ([calcium = 0, grams = 0]) => {
    const corrected = calcium + 0.02 * (40 - grams)
    return corrected <= 0 ? 'impossible' : corrected
  },
}

/** Wintrobe's indices of the red cells: Wintrobe MM, Arch Intern Med 1932;49:256-80; ICSH. */
const wintrobe = 'Wintrobe 1932'
const meanCellVolume: Formula = {
  code: 'MCV', name: 'MCV', loinc: ['787-2', '30428-7'], unit: 'fL', decimals: 1, text: 'haematocrit (%) × 10 ÷ red cells (10⁶/µL)', source: wintrobe,
  inputs: [haematocrit, redCells],
  of: ([percent = 0, millions = 0]) => (millions <= 0 ? 'impossible' : (percent * 10) / millions),
}
const meanCellHaemoglobin: Formula = {
  code: 'MCH', name: 'MCH', loinc: ['785-6', '28539-5'], unit: 'pg', decimals: 1, text: 'haemoglobin (g/dL) × 10 ÷ red cells (10⁶/µL)', source: wintrobe,
  inputs: [haemoglobin, redCells],
  of: ([grams = 0, millions = 0]) => (millions <= 0 ? 'impossible' : (grams * 10) / millions),
}
const meanCellConcentration: Formula = {
  code: 'MCHC', name: 'MCHC', loinc: ['786-4', '28540-3'], unit: 'g/dL', decimals: 1, text: 'haemoglobin (g/dL) × 100 ÷ haematocrit (%)', source: wintrobe,
  inputs: [haemoglobin, haematocrit],
  of: ([grams = 0, percent = 0]) => (percent <= 0 ? 'impossible' : (grams * 100) / percent),
}

/** The count of a kind of white cells from its share. */
const counted = (code: string, name: string, loinc: string, percentLoinc: readonly string[], symbol: string): Formula => ({
  code, name, loinc: [loinc], unit: '10*3/uL', decimals: 2, text: `white cells × ${symbol} (%) ÷ 100`, source: 'CLSI H20-A2 2007',
  inputs: [whiteCells, { symbol: `${symbol} (%)`, loinc: percentLoinc, unit: '%' }],
  of: ([cells = 0, percent = 0]) => (percent > 100 ? 'impossible' : (cells * percent) / 100),
})

const indirectBilirubin: Formula = {
  code: 'BIL-IND', name: 'Bilirubin, indirect', loinc: ['14630-8', '1971-1'], unit: 'umol/L', decimals: 0, other: { unit: 'mg/dL', loinc: '1971-1', decimals: 1 }, text: 'total bilirubin − direct bilirubin', source: 'Tietz, 6th ed. 2018',
  inputs: [{ symbol: 'total bilirubin', loinc: ['14631-6', '1975-2'], unit: 'umol/L' }, { symbol: 'direct bilirubin', loinc: ['14629-0', '1968-7'], unit: 'umol/L' }],
  of: ([total = 0, direct = 0]) => (direct > total ? 'impossible' : total - direct),
}

const globulin: Formula = {
  code: 'GLOB', name: 'Globulin', loinc: ['10834-0', '2336-6'], unit: 'g/L', decimals: 0, text: 'total protein − albumin', source: 'Tietz, 6th ed. 2018',
  inputs: [{ symbol: 'total protein', loinc: ['2885-2'], unit: 'g/L' }, albumin],
  of: ([total = 0, grams = 0]) => (grams > total ? 'impossible' : total - grams),
}

const albuminToCreatinine: Formula = {
  code: 'ACR', name: 'Albumin to creatinine, urine', loinc: ['14959-1', '9318-7', '32294-1'], unit: 'mg/mmol', decimals: 1, text: 'urine albumin (mg/L) ÷ urine creatinine (mmol/L)', source: 'KDIGO 2024',
  inputs: [{ symbol: 'urine albumin', loinc: ['14957-5'], unit: 'mg/L' }, { symbol: 'urine creatinine', loinc: ['14683-7', '2161-8'], unit: 'mmol/L' }],
  of: ([milligrams = 0, creatinineInUrine = 0]) => (creatinineInUrine <= 0 ? 'impossible' : milligrams / creatinineInUrine),
}

/** Every formula, in the order in which its results stand on a report. */
export const formulas: readonly Formula[] = [
  meanCellVolume, meanCellHaemoglobin, meanCellConcentration,
  counted('NEUT#', 'Neutrophils', '751-8', ['770-8', '26511-6'], 'neutrophils'),
  counted('LYMPH#', 'Lymphocytes', '731-0', ['736-9', '26478-8'], 'lymphocytes'),
  ckdEpi, anionGap, correctedCalcium, friedewald, nonHdl, indirectBilirubin, globulin, albuminToCreatinine,
]

import type { AgeBound, QualifiedRange } from './range'

/** Ranges of one test in one unit. */
interface UsualRanges {
  /** UCUM. */
  readonly unit: string
  readonly ranges: readonly QualifiedRange[]
}

/**
 * Dallman PR, in: Rudolph A (ed.), Pediatrics, 16th ed. 1977, p. 1111, as reprinted in Nathan and Oski's Hematology of Infancy and Childhood: mean and mean less two standard deviations;
 * the upper limit is the mean and two standard deviations.
 */
const dallman = 'Dallman 1977 (Nathan and Oski)'
/** WHO, Guideline on haemoglobin cutoffs to define anaemia in individuals and populations, 2024: pregnancy, first and third trimester (the trimester is not known here). */
const who = 'WHO 2024'
/** Pathology Harmony (UK), Berg J, Ann Clin Biochem 2011;48:195-7; adults. */
const harmony = 'Pathology Harmony 2011'
/** AACB/RCPA harmonised reference intervals for chemical pathology, adults: Koerbin G, Sikaris K, Clin Chem Lab Med 2018;56:1709. */
const aacb = 'AACB/RCPA 2014'
/** Bain BJ, Bates I, Laffan MA (eds), Dacie and Lewis Practical Haematology, 12th ed. 2017, table 2.1; adults. */
const dacie = 'Dacie and Lewis 2017'
/** NCEP Adult Treatment Panel III, 2002: limits at which something is done, not what 95 % of people have. */
const atp = 'NCEP ATP III 2002'
/** American Diabetes Association, Standards of Care: below these nobody is called prediabetic. */
const ada = 'ADA Standards of Care'

const d = (value: number): AgeBound => ({ value, unit: 'd' })
const mo = (value: number): AgeBound => ({ value, unit: 'mo' })
const a = (value: number): AgeBound => ({ value, unit: 'a' })

const adult = { from: a(18) }
const men = { sex: 'male', ...adult } as const
const women = { sex: 'female', ...adult } as const

const between = (low: number | undefined, high: number | undefined, source: string, whom: Pick<QualifiedRange, 'sex' | 'from' | 'to' | 'pregnancy'> = {}): QualifiedRange => ({
  ...whom, ...(low !== undefined && { low }), ...(high !== undefined && { high }), source,
})

/** The ages of Dallman's table, in its order. */
const dallmanAges: readonly Pick<QualifiedRange, 'sex' | 'from' | 'to'>[] = [
  { to: d(0) }, { from: d(1), to: d(6) }, { from: d(7), to: d(13) }, { from: d(14), to: d(27) }, { from: d(28), to: mo(1) }, { from: mo(2), to: mo(2) }, { from: mo(3), to: mo(5) },
  { from: mo(6), to: mo(23) }, { from: a(2), to: a(5) }, { from: a(6), to: a(11) },
  { sex: 'female', from: a(12), to: a(17) }, { sex: 'male', from: a(12), to: a(17) }, { sex: 'female', from: a(18) }, { sex: 'male', from: a(18) },
]
/** Mean and lower limit at each of {@link dallmanAges}. @param decimals as the table has them */
const byDallman = (rows: readonly (readonly [mean: number, low: number])[], decimals: 0 | 1): readonly QualifiedRange[] =>
  rows.map(([mean, low], index) => between(low, Number((2 * mean - low).toFixed(decimals)), dallman, dallmanAges[index]))

/**
 * What holds of a test until the practice sets its own ranges, by LOINC code. What needs a state that nobody asks about (fasting, the day of a cycle) or hangs on the
 * analyser's method has none: no range is better than a wrong one.
 */
export const usualRanges: Readonly<Record<string, UsualRanges>> = {
  // Haemoglobin, mass
  '718-7': {
    unit: 'g/dL',
    ranges: [
      ...byDallman([[16.5, 13.5], [18.5, 14.5], [17.5, 13.5], [16.5, 12.5], [14, 10], [11.5, 9], [11.5, 9.5], [12, 10.5], [12.5, 11.5], [13.5, 11.5], [14, 12], [14.5, 13], [14, 12], [15.5, 13.5]], 1),
      between(11, undefined, who, { pregnancy: 'pregnant' }),
    ],
  },
  // Haematocrit
  '4544-3': { unit: '%', ranges: byDallman([[51, 42], [56, 45], [54, 42], [51, 39], [43, 31], [35, 28], [35, 29], [36, 33], [37, 34], [40, 35], [41, 36], [43, 37], [41, 36], [47, 41]], 0) },
  // Red cells
  '789-8': { unit: '10*6/uL', ranges: byDallman([[4.7, 3.9], [5.3, 4], [5.1, 3.9], [4.9, 3.6], [4.2, 3], [3.8, 2.7], [3.8, 3.1], [4.5, 3.7], [4.6, 3.9], [4.6, 4], [4.6, 4.1], [4.9, 4.5], [4.6, 4], [5.2, 4.5]], 1) },
  // Mean cell volume
  '787-2': { unit: 'fL', ranges: byDallman([[108, 95], [108, 95], [107, 88], [105, 86], [104, 85], [96, 77], [91, 74], [78, 70], [81, 75], [86, 77], [90, 78], [88, 78], [90, 80], [90, 80]], 0) },
  // Mean cell haemoglobin
  '785-6': { unit: 'pg', ranges: byDallman([[34, 31], [34, 31], [34, 28], [34, 28], [34, 28], [30, 26], [30, 25], [27, 23], [27, 24], [29, 25], [30, 25], [30, 25], [30, 26], [30, 26]], 0) },
  // Mean cell haemoglobin concentration
  '786-4': { unit: 'g/dL', ranges: byDallman([[33, 30], [33, 29], [33, 28], [33, 28], [33, 29], [33, 29], [33, 30], [33, 30], [34, 31], [34, 31], [34, 31], [34, 31], [34, 31], [34, 31]], 0) },
  '6690-2': { unit: '10*3/uL', ranges: [between(4, 10, dacie, adult)] }, // white cells
  '777-3': { unit: '10*3/uL', ranges: [between(150, 410, dacie, adult)] }, // platelets
  '751-8': { unit: '10*3/uL', ranges: [between(2, 7, dacie, adult)] }, // neutrophils
  '731-0': { unit: '10*3/uL', ranges: [between(1, 3, dacie, adult)] }, // lymphocytes
  '2951-2': { unit: 'mmol/L', ranges: [between(133, 146, harmony)] }, // sodium, of all ages
  '2823-3': { unit: 'mmol/L', ranges: [between(3.5, 5.3, harmony, adult)] }, // potassium
  '2075-0': { unit: 'mmol/L', ranges: [between(95, 108, harmony, adult)] }, // chloride
  '1963-8': { unit: 'mmol/L', ranges: [between(22, 29, harmony, adult)] }, // bicarbonate
  '2028-9': { unit: 'mmol/L', ranges: [between(22, 29, harmony, adult)] }, // total carbon dioxide
  '22664-7': { unit: 'mmol/L', ranges: [between(2.5, 7.8, harmony, adult)] }, // urea
  '29265-6': { unit: 'mmol/L', ranges: [between(2.2, 2.6, harmony, adult)] }, // calcium corrected for albumin
  '2601-3': { unit: 'mmol/L', ranges: [between(0.7, 1, harmony, adult)] }, // magnesium
  '14879-1': { unit: 'mmol/L', ranges: [between(0.8, 1.5, harmony, adult)] }, // phosphate
  '1751-7': { unit: 'g/L', ranges: [between(35, 50, harmony, adult)] }, // albumin
  '2885-2': { unit: 'g/L', ranges: [between(60, 80, harmony, adult)] }, // total protein
  '14631-6': { unit: 'umol/L', ranges: [between(undefined, 20, harmony, adult)] }, // bilirubin, total
  '14933-6': { unit: 'umol/L', ranges: [between(200, 430, harmony, men), between(140, 360, harmony, women)] }, // urate
  '2157-6': { unit: 'U/L', ranges: [between(40, 320, harmony, men), between(25, 200, harmony, women)] }, // creatine kinase
  '6768-6': { unit: 'U/L', ranges: [between(30, 110, aacb, adult)] }, // alkaline phosphatase
  '14682-9': { unit: 'umol/L', ranges: [between(60, 110, aacb, { ...men, to: a(59) }), between(45, 90, aacb, { ...women, to: a(59) })] }, // creatinine, amount
  '2532-0': { unit: 'U/L', ranges: [between(120, 250, aacb, adult)] }, // lactate dehydrogenase
  '1742-6': { unit: 'U/L', ranges: [between(5, 40, aacb, men), between(5, 35, aacb, women)] }, // alanine aminotransferase
  '1920-8': { unit: 'U/L', ranges: [between(5, 35, aacb, men), between(5, 30, aacb, women)] }, // aspartate aminotransferase
  '2324-2': { unit: 'U/L', ranges: [between(5, 50, aacb, men), between(5, 35, aacb, women)] }, // gamma-glutamyl transferase
  '2093-3': { unit: 'mg/dL', ranges: [between(undefined, 199, atp, adult)] }, // cholesterol
  '2571-8': { unit: 'mg/dL', ranges: [between(undefined, 149, atp, adult)] }, // triglycerides, fasting
  '2085-9': { unit: 'mg/dL', ranges: [between(40, undefined, atp, adult)] }, // cholesterol in HDL
  '13457-7': { unit: 'mg/dL', ranges: [between(undefined, 129, atp, adult)] }, // cholesterol in LDL, calculated
  '2089-1': { unit: 'mg/dL', ranges: [between(undefined, 129, atp, adult)] }, // cholesterol in LDL
  '4548-4': { unit: '%', ranges: [between(undefined, 5.6, ada, adult)] }, // HbA1c
  '1558-6': { unit: 'mg/dL', ranges: [between(70, 99, ada, adult)] }, // glucose, fasting
}

/** Ranges of tests that are one, under another code: the same substance by amount instead of by mass. */
const sameAs: Readonly<Record<string, string>> = {
  '2160-0': '14682-9', '59260-0': '718-7', '3091-6': '22664-7', '14927-8': '2571-8', '14647-2': '2093-3', '14646-4': '2085-9', '22748-8': '13457-7', '39469-2': '13457-7', '1975-2': '14631-6',
  '3084-1': '14933-6', '2777-1': '14879-1', '19123-9': '2601-3', '14771-0': '1558-6', '14804-9': '2532-0',
}

/** The usual ranges of a test, in the unit in which they were published; undefined where there are none. See {@link usualRanges}. */
export const usualRangesOf = (loinc: string | undefined): UsualRanges | undefined => {
  if (loinc === undefined) return undefined
  const code = Object.hasOwn(sameAs, loinc) ? sameAs[loinc]! : loinc
  return Object.hasOwn(usualRanges, code) ? usualRanges[code] : undefined
}

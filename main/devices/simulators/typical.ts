/** Mean, spread and digits of what people measure, by LOINC code and UCUM unit. */
const known: Readonly<Record<string, readonly [mean: number, spread: number, digits: number]>> = {
  '6690-2 10*3/uL': [6.8, 2.6, 2], '6690-2 10*9/L': [6.8, 2.6, 2],
  '789-8 10*6/uL': [4.6, 0.5, 2], '789-8 10*12/L': [4.6, 0.5, 2],
  '718-7 g/dL': [13.4, 1.8, 1], '718-7 g/L': [134, 18, 0],
  '4544-3 %': [40.5, 4.5, 1], '787-2 fL': [88, 5, 1], '785-6 pg': [29.2, 1.8, 1], '786-4 g/dL': [33.2, 1, 1], '786-4 g/L': [332, 10, 0],
  '777-3 10*3/uL': [250, 70, 0], '777-3 10*9/L': [250, 70, 0],
  '788-0 %': [13.2, 1, 1], '21000-5 fL': [43, 4, 1], '32623-1 fL': [9.8, 1, 1], '32207-3 fL': [12, 2, 1], '32207-3 %': [16, 1, 1],
  '770-8 %': [58, 9, 1], '736-9 %': [31, 8, 1], '5905-5 %': [7, 2, 1], '713-8 %': [3, 2, 1], '706-2 %': [0.6, 0.3, 1],
  '2951-2 mmol/L': [140, 4, 0], '2823-3 mmol/L': [4.2, 0.5, 1], '2075-0 mmol/L': [102, 4, 0],
  '2345-7 g/L': [0.95, 0.2, 2], '14749-6 mmol/L': [5.4, 1.2, 1], '2160-0 mg/dL': [0.9, 0.2, 2], '2160-0 mg/L': [9, 2, 1], '14682-9 umol/L': [78, 18, 0],
  '1920-8 U/L': [24, 9, 0], '1742-6 U/L': [23, 10, 0], '1988-5 mg/L': [4.5, 4, 1], '4548-4 %': [5.8, 0.7, 1], '1751-7 g/L': [42, 4, 1],
}

/** A plausible value for a test; qualitative tests (unit `1`) are negative. */
export const typicalValue = (loinc: string | undefined, unit: string, random: () => number): string => {
  if (unit === '1') return 'Negative'
  const [mean, spread, digits] = known[`${loinc ?? ''} ${unit}`] ?? (unit === '%' ? [20, 6, 1] : unit === '[pH]' ? [6, 0.5, 1] : [10, 3, 1])
  // The sum of three is near enough to the way values spread among people.
  const value = mean + spread * ((random() + random() + random()) / 1.5 - 1)
  return Math.max(0, value).toFixed(digits)
}

/** Numbers of somebody who is well, swaying a little. */
export const typicalVitals = (random: () => number) => {
  const about = (mean: number, spread: number, digits = 0) => Number((mean + spread * (random() * 2 - 1)).toFixed(digits))
  return {
    spo2: Math.min(100, about(97, 1)), pulse: about(74, 4), 'bp-systolic': about(122, 8), 'bp-diastolic': about(78, 5), 'respiratory-rate': about(14, 2),
    temperature: about(36.8, 0.3, 1), glucose: about(5.6, 0.8, 1), weight: about(68, 3, 1), height: about(168, 2, 1),
  } as const
}

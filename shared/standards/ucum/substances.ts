/** A substance of which laboratories give the mass or the amount. */
export interface Substance {
  readonly id: string
  /** As people call it. */
  readonly name: string
  /** Grams of one mole. */
  readonly gramsPerMole: number
  /** LOINC codes of the tests that measure it, by mass and by amount. */
  readonly loinc: readonly string[]
  /** Where those codes measure several things: which of them are one. Absent: all are. */
  readonly apart?: readonly (readonly string[])[]
}

/**
 * Molar masses (IUPAC 2021 standard atomic weights, to the digits that a result can use). Urea nitrogen counts the two nitrogen atoms of a
 * molecule of urea; triglycerides count as triolein, haemoglobin as its monomer. Of the ratios to creatinine it is creatinine that is weighed or counted.
 */
export const substances: readonly Substance[] = [
  { id: 'glucose', name: 'Glucose', gramsPerMole: 180.156, loinc: ['2345-7', '2339-0', '14749-6', '15074-8', '41653-7', '14743-9', '1558-6', '14771-0', '5792-7', '2350-7', '2342-4', '14745-4'],
    apart: [['2345-7', '2339-0', '14749-6', '15074-8', '41653-7', '14743-9', '1558-6', '14771-0'], ['5792-7', '2350-7'], ['2342-4'], ['14745-4']],
  },
  { id: 'creatinine', name: 'Creatinine', gramsPerMole: 113.118, loinc: ['2160-0', '14682-9', '38483-4', '59826-8', '2161-8', '14683-7', '9318-7', '14585-4', '14959-1', '32294-1', '30000-4'],
    apart: [['2160-0', '14682-9', '38483-4', '59826-8'], ['2161-8', '14683-7'], ['9318-7', '14585-4', '14959-1', '32294-1', '30000-4']],
  },
  { id: 'urea', name: 'Urea', gramsPerMole: 60.056, loinc: ['3091-6', '22664-7'] },
  { id: 'urea-nitrogen', name: 'Urea nitrogen', gramsPerMole: 28.014, loinc: ['3094-0', '14937-7', '6299-2', '59570-2'] },
  { id: 'urate', name: 'Urate (uric acid)', gramsPerMole: 168.112, loinc: ['3084-1', '14933-6'] },
  { id: 'cholesterol', name: 'Cholesterol', gramsPerMole: 386.66, loinc: ['2093-3', '14647-2', '2085-9', '14646-4', '13457-7', '2089-1', '18262-6', '22748-8', '39469-2', '69419-0', '43396-1', '70204-3'],
    apart: [['2093-3', '14647-2'], ['2085-9', '14646-4'], ['13457-7', '2089-1', '18262-6', '22748-8', '39469-2', '69419-0'], ['43396-1', '70204-3']],
  },
  { id: 'triglycerides', name: 'Triglycerides', gramsPerMole: 885.45, loinc: ['2571-8', '14927-8', '3043-7', '3048-6', '47210-0', '70218-3'] },
  { id: 'bilirubin', name: 'Bilirubin', gramsPerMole: 584.67, loinc: ['1975-2', '14631-6', '1968-7', '14629-0', '1971-1', '14630-8', '42719-5', '54363-7'],
    apart: [['1975-2', '14631-6', '42719-5', '54363-7'], ['1968-7', '14629-0'], ['1971-1', '14630-8']],
  },
  { id: 'calcium', name: 'Calcium', gramsPerMole: 40.078, loinc: ['17861-6', '2000-8', '1994-3', '1995-0', '12180-6', '17863-2', '49765-1'],
    apart: [['17861-6', '2000-8', '49765-1'], ['1994-3', '1995-0', '12180-6', '17863-2']],
  },
  { id: 'magnesium', name: 'Magnesium', gramsPerMole: 24.305, loinc: ['19123-9', '2601-3', '2600-5'],
    apart: [['19123-9', '2601-3'], ['2600-5']],
  },
  { id: 'phosphorus', name: 'Phosphate, as phosphorus', gramsPerMole: 30.974, loinc: ['2777-1', '14879-1'] },
  { id: 'iron', name: 'Iron', gramsPerMole: 55.845, loinc: ['2498-4', '14798-3', '2500-7', '14800-7'],
    apart: [['2498-4', '14798-3'], ['2500-7', '14800-7']],
  },
  { id: 'copper', name: 'Copper', gramsPerMole: 63.546, loinc: ['5631-7', '14665-4'] },
  { id: 'zinc', name: 'Zinc', gramsPerMole: 65.38, loinc: ['5763-8', '14961-7'] },
  { id: 'sodium', name: 'Sodium', gramsPerMole: 22.99, loinc: ['2951-2', '2947-0'] },
  { id: 'potassium', name: 'Potassium', gramsPerMole: 39.098, loinc: ['2823-3', '6298-4'] },
  { id: 'chloride', name: 'Chloride', gramsPerMole: 35.453, loinc: ['2075-0', '2069-3'] },
  { id: 'lithium', name: 'Lithium', gramsPerMole: 6.94, loinc: ['14334-7', '3719-2'] },
  { id: 'lactate', name: 'Lactate', gramsPerMole: 90.078, loinc: ['2524-7', '14118-4', '32693-4', '2518-9', '59032-3'] },
  { id: 'ammonia', name: 'Ammonia', gramsPerMole: 17.031, loinc: ['16362-6', '22763-7', '1841-6', '15013-6'] },
  { id: 'haemoglobin', name: 'Haemoglobin, as monomer', gramsPerMole: 16_114.5, loinc: ['718-7', '59260-0', '20509-6', '30313-1', '30350-3'] },
  { id: 'cortisol', name: 'Cortisol', gramsPerMole: 362.46, loinc: ['2143-6', '14675-3'] },
  { id: 'thyroxine', name: 'Thyroxine (T4)', gramsPerMole: 776.87, loinc: ['3026-2', '14921-1', '3024-7', '14920-3'],
    apart: [['3026-2', '14921-1'], ['3024-7', '14920-3']],
  },
  { id: 'triiodothyronine', name: 'Triiodothyronine (T3)', gramsPerMole: 650.97, loinc: ['3053-6', '14930-2', '3051-0', '14928-6'],
    apart: [['3053-6', '14930-2'], ['3051-0', '14928-6']],
  },
  { id: 'vitamin-d', name: 'Vitamin D (25-OH)', gramsPerMole: 400.64, loinc: ['1989-3', '68438-1', '14635-7'] },
  { id: 'vitamin-b12', name: 'Vitamin B12', gramsPerMole: 1355.4, loinc: ['2132-9', '14685-2'] },
  { id: 'folate', name: 'Folate', gramsPerMole: 441.4, loinc: ['2284-8', '14732-2'] },
  { id: 'estradiol', name: 'Estradiol', gramsPerMole: 272.38, loinc: ['2243-4', '14715-7'] },
  { id: 'progesterone', name: 'Progesterone', gramsPerMole: 314.47, loinc: ['2839-9', '14890-8'] },
  { id: 'testosterone', name: 'Testosterone', gramsPerMole: 288.42, loinc: ['2986-8', '14913-8'] },
  { id: 'paracetamol', name: 'Paracetamol', gramsPerMole: 151.16, loinc: ['3298-7', '14620-9'] },
  { id: 'salicylate', name: 'Salicylate', gramsPerMole: 138.12, loinc: ['4024-6', '14909-6'] },
  { id: 'theophylline', name: 'Theophylline', gramsPerMole: 180.16, loinc: ['4049-3', '14915-3'] },
  { id: 'digoxin', name: 'Digoxin', gramsPerMole: 780.94, loinc: ['10535-3', '14698-5'] },
  { id: 'ethanol', name: 'Ethanol', gramsPerMole: 46.069, loinc: ['5643-2', '14719-9', '5640-8'] },
]

const byLoinc = new Map(substances.flatMap((substance) => substance.loinc.map((code) => [code, substance] as const)))

/** What a test measures, by its LOINC code; undefined where no molar mass is known for it. */
export const substanceOf = (loinc: string | undefined): Substance | undefined => (loinc === undefined ? undefined : byLoinc.get(loinc))

/** Whether two LOINC codes are one measurement of a substance, by mass and by amount: direct bilirubin is not total bilirubin. False where nobody knows. */
export const isSameMeasurement = (one: string, other: string): boolean => {
  const substance = substanceOf(one)
  if (substance === undefined || substanceOf(other) !== substance) return false
  return substance.apart === undefined || substance.apart.some((codes) => codes.includes(one) && codes.includes(other))
}

/** The substance of this id. */
export const substanceById = (id: string | undefined): Substance | undefined => substances.find((each) => each.id === id)

import type { Catalogue, CataloguePanel, CatalogueSet, CatalogueTest } from './catalogue'

/*
 * What a small clinic's laboratory does, until a practice says otherwise. The codes and units of LOINC and UCUM are those that the
 * product's device profiles and rules use, so that a result of an analyser answers what was ordered. Names are our own wording.
 */

type More = Partial<Pick<CatalogueTest, 'method' | 'words' | 'isCalculated' | 'answers'>>

const number = (specimen: string) => (code: string, name: string, loinc: string, unit: string, decimals: number, more: More = {}): CatalogueTest => ({
  code, name, loinc, result: 'numeric', unit, decimals, specimen, ...more,
})
const choice = (specimen: string, answers: readonly string[]) => (code: string, name: string, loinc: string | undefined, more: More = {}): CatalogueTest => ({
  code, name, ...(loinc !== undefined && { loinc }), result: 'coded', answers, specimen, ...more,
})
const words = (specimen: string) => (code: string, name: string, loinc: string | undefined, more: More = {}): CatalogueTest => ({ code, name, ...(loinc !== undefined && { loinc }), result: 'text', specimen, ...more })

const blood = number('blood-edta')
const serum = number('blood-serum')
const clotting = number('blood-citrate')
const urine = number('urine')
const present = ['Negative', 'Positive', 'Invalid'] as const
const reactive = ['Non-reactive', 'Reactive', 'Invalid'] as const
const grades = ['Negative', 'Trace', '1+', '2+', '3+', '4+'] as const
const strip = choice('urine', grades)

const tests: readonly CatalogueTest[] = [
  blood('WBC', 'White cells', '6690-2', '10*3/uL', 2, { words: ['leukocytes', 'white blood cells'] }),
  blood('RBC', 'Red cells', '789-8', '10*6/uL', 2, { words: ['erythrocytes'] }),
  blood('HGB', 'Haemoglobin', '718-7', 'g/dL', 1, { words: ['hemoglobin', 'Hb'] }),
  blood('HCT', 'Haematocrit', '4544-3', '%', 1, { words: ['hematocrit', 'PCV', 'packed cell volume'] }),
  blood('MCV', 'Mean cell volume', '787-2', 'fL', 1),
  blood('MCH', 'Mean cell haemoglobin', '785-6', 'pg', 1),
  blood('MCHC', 'Mean cell haemoglobin concentration', '786-4', 'g/dL', 1),
  blood('RDW-CV', 'Red cell distribution width (CV)', '788-0', '%', 1),
  blood('PLT', 'Platelets', '777-3', '10*3/uL', 0, { words: ['thrombocytes'] }),
  blood('MPV', 'Mean platelet volume', '32623-1', 'fL', 1),
  blood('NEUT#', 'Neutrophils', '751-8', '10*3/uL', 2),
  blood('LYMPH#', 'Lymphocytes', '731-0', '10*3/uL', 2),
  blood('MONO#', 'Monocytes', '742-7', '10*3/uL', 2),
  blood('EO#', 'Eosinophils', '711-2', '10*3/uL', 2),
  blood('BASO#', 'Basophils', '704-7', '10*3/uL', 2),
  blood('NEUT%', 'Neutrophils, share', '770-8', '%', 1),
  blood('LYMPH%', 'Lymphocytes, share', '736-9', '%', 1),
  blood('MONO%', 'Monocytes, share', '5905-5', '%', 1),
  blood('EO%', 'Eosinophils, share', '713-8', '%', 1),
  blood('BASO%', 'Basophils, share', '706-2', '%', 1),
  blood('RETIC', 'Reticulocytes, share', '17849-1', '%', 1),
  blood('ESR', 'Erythrocyte sedimentation rate', '4537-7', 'mm/h', 0, { method: 'Westergren', words: ['sed rate', 'BSR'] }),
  blood('HBA1C', 'HbA1c', '4548-4', '%', 1, { words: ['glycated haemoglobin', 'diabetes'] }),
  blood('CD4', 'CD4 cells', '24467-3', '{cells}/uL', 0),
  words('blood-edta')('MALARIA-SMEAR', 'Malaria, thick and thin film', '32700-7', { method: 'Microscopy, Giemsa', words: ['malaria parasites', 'blood film', 'BS'] }),
  choice('blood-edta', ['Negative', 'P. falciparum', 'Other than P. falciparum', 'Mixed', 'Invalid'])('MALARIA-RDT', 'Malaria, rapid test', '70569-9', { words: ['RDT', 'paludisme'] }),
  choice('blood-edta', present)('SICKLE', 'Sickle cell solubility test', '6864-3', { words: ['sickling', 'Hb S'] }),
  choice('blood-edta', ['O positive', 'O negative', 'A positive', 'A negative', 'B positive', 'B negative', 'AB positive', 'AB negative'])('GROUP', 'Blood group, ABO and RhD', '882-1', { words: ['ABO', 'rhesus'] }),

  serum('GLU', 'Glucose', '14749-6', 'mmol/L', 1, { words: ['blood sugar', 'RBS'] }),
  { ...serum('GLU-F', 'Glucose, fasting', '14771-0', 'mmol/L', 1, { words: ['FBS', 'fasting blood sugar'] }), specimen: 'blood-fluoride' },
  serum('UREA', 'Urea', '22664-7', 'mmol/L', 1, { words: ['BUN'] }),
  serum('CREA', 'Creatinine', '14682-9', 'umol/L', 0, { words: ['kidney'] }),
  serum('EGFR', 'Estimated GFR', '98979-8', 'mL/min/{1.73_m2}', 0, { isCalculated: true, method: 'CKD-EPI 2021' }),
  serum('NA', 'Sodium', '2951-2', 'mmol/L', 0),
  serum('K', 'Potassium', '2823-3', 'mmol/L', 1),
  serum('CL', 'Chloride', '2075-0', 'mmol/L', 0),
  serum('HCO3', 'Bicarbonate', '1963-8', 'mmol/L', 0, { words: ['CO2'] }),
  serum('ANION-GAP', 'Anion gap', '33037-3', 'mmol/L', 0, { isCalculated: true }),
  serum('CA', 'Calcium', '2000-8', 'mmol/L', 2),
  serum('CA-CORR', 'Calcium, corrected for albumin', '29265-6', 'mmol/L', 2, { isCalculated: true }),
  serum('MG', 'Magnesium', '2601-3', 'mmol/L', 2),
  serum('PHOS', 'Phosphate', '14879-1', 'mmol/L', 2),
  serum('URATE', 'Uric acid', '14933-6', 'umol/L', 0, { words: ['urate', 'gout'] }),
  serum('ALB', 'Albumin', '1751-7', 'g/L', 0),
  serum('TP', 'Total protein', '2885-2', 'g/L', 0),
  serum('BIL-T', 'Bilirubin, total', '14631-6', 'umol/L', 0),
  serum('BIL-D', 'Bilirubin, direct', '14629-0', 'umol/L', 0, { words: ['conjugated'] }),
  serum('ALT', 'ALT', '1742-6', 'U/L', 0, { words: ['GPT', 'alanine aminotransferase'] }),
  serum('AST', 'AST', '1920-8', 'U/L', 0, { words: ['GOT', 'aspartate aminotransferase'] }),
  serum('ALP', 'Alkaline phosphatase', '6768-6', 'U/L', 0),
  serum('GGT', 'Gamma-GT', '2324-2', 'U/L', 0),
  serum('AMY', 'Amylase', '1798-8', 'U/L', 0, { words: ['pancreas'] }),
  serum('LIP', 'Lipase', '3040-3', 'U/L', 0, { words: ['pancreas'] }),
  serum('CK', 'Creatine kinase', '2157-6', 'U/L', 0),
  serum('LDH', 'Lactate dehydrogenase', '14804-9', 'U/L', 0),
  serum('CHOL', 'Cholesterol', '14647-2', 'mmol/L', 2),
  serum('HDL', 'HDL cholesterol', '14646-4', 'mmol/L', 2),
  serum('TRIG', 'Triglycerides', '14927-8', 'mmol/L', 2),
  serum('LDL', 'LDL cholesterol, calculated', '39469-2', 'mmol/L', 2, { isCalculated: true, method: 'Friedewald' }),
  serum('LDL-D', 'LDL cholesterol', '22748-8', 'mmol/L', 2, { words: ['direct LDL'] }),
  serum('CRP', 'C-reactive protein', '1988-5', 'mg/L', 0),
  serum('FERR', 'Ferritin', '2276-4', 'ng/mL', 0, { words: ['iron stores'] }),
  serum('IRON', 'Iron', '14798-3', 'umol/L', 1),
  serum('TSH', 'TSH', '3016-3', 'u[IU]/mL', 2, { words: ['thyroid'] }),
  serum('FT4', 'Free T4', '14920-3', 'pmol/L', 1, { words: ['thyroid', 'thyroxine'] }),
  serum('TROP-I', 'Troponin I', '10839-9', 'ng/mL', 3, { words: ['cardiac'] }),
  serum('PCT', 'Procalcitonin', '33959-8', 'ng/mL', 2),
  serum('HCG', 'hCG, quantitative', '19080-1', 'm[IU]/mL', 0, { words: ['pregnancy', 'beta hCG'] }),
  serum('PSA', 'PSA, total', '2857-1', 'ng/mL', 2, { words: ['prostate'] }),
  choice('blood-serum', reactive)('HIV', 'HIV antigen and antibody', '56888-1'),
  choice('blood-edta', reactive)('HIV-RDT', 'HIV 1 and 2, rapid test', '49580-4', { words: ['AIDS', 'VIH'] }),
  choice('blood-serum', reactive)('HBSAG', 'Hepatitis B surface antigen', '5196-1', { words: ['HBsAg'] }),
  choice('blood-serum', reactive)('HCV', 'Hepatitis C antibody', '13955-0', { words: ['Anti-HCV'] }),
  choice('blood-serum', reactive)('RPR', 'Syphilis, RPR', '20507-0', { words: ['VDRL'] }),
  choice('blood-serum', present)('DENGUE-NS1', 'Dengue NS1 antigen', '75377-2'),
  words('blood-serum')('WIDAL', 'Widal test', undefined, { words: ['typhoid', 'salmonella'] }),

  clotting('PT', 'Prothrombin time', '5902-2', 's', 1),
  clotting('INR', 'INR', '6301-6', '1', 1, { words: ['warfarin'] }),
  clotting('APTT', 'APTT', '14979-9', 's', 1),

  strip('U-GLU', 'Glucose (strip)', '25428-4'),
  strip('U-PRO', 'Protein (strip)', '20454-5'),
  strip('U-KET', 'Ketones (strip)', '2514-8'),
  strip('U-BLD', 'Blood (strip)', '5794-3'),
  strip('U-LEU', 'Leukocytes (strip)', '5799-2'),
  choice('urine', ['Negative', 'Positive'])('U-NIT', 'Nitrite (strip)', '5802-4'),
  strip('U-BIL', 'Bilirubin (strip)', '5770-3'),
  choice('urine', ['Normal', '1+', '2+', '3+', '4+'])('U-UBG', 'Urobilinogen (strip)', '20405-7'),
  urine('U-PH', 'pH (strip)', '5803-2', '[pH]', 1),
  urine('U-SG', 'Specific gravity (strip)', '5811-5', '1', 3),
  words('urine')('U-MICRO', 'Urine microscopy', undefined, { method: 'Microscopy', words: ['urine sediment'] }),
  choice('urine', present)('U-HCG', 'Pregnancy test, urine', '2106-3', { words: ['UPT'] }),
  urine('U-ALB', 'Albumin, urine', '14957-5', 'mg/L', 0, { words: ['microalbumin'] }),
  urine('U-CREA', 'Creatinine, urine', '14683-7', 'mmol/L', 1),
  urine('ACR', 'Albumin to creatinine, urine', '14959-1', 'mg/mmol', 1),
  words('urine-sterile')('U-CULT', 'Urine culture', '630-4', { method: 'Culture' }),
  words('blood-culture')('B-CULT', 'Blood culture', '600-7', { method: 'Culture' }),

  words('stool')('STOOL-OP', 'Stool, ova and parasites', '10704-5', { method: 'Microscopy', words: ['stool microscopy', 'worms'] }),
  choice('stool', present)('FOB', 'Faecal occult blood', '2335-8'),
  choice('stool', present)('HP-AG', 'H. pylori antigen, stool', '17780-8'),
  words('stool')('STOOL-CULT', 'Stool culture', '625-4', { method: 'Culture' }),
  choice('sputum', ['Negative', 'Scanty', '1+', '2+', '3+'])('AFB', 'Sputum, acid-fast bacilli', '11545-1', { method: 'Ziehl-Neelsen', words: ['TB', 'tuberculosis', 'ZN'] }),
  choice('sputum', ['Not detected', 'Detected', 'Invalid'])('MTB', 'M. tuberculosis complex DNA', '38379-4', { words: ['Xpert', 'TB'] }),
  choice('sputum', ['Not detected', 'Detected', 'Indeterminate'])('RIF', 'Rifampicin resistance', '46244-0', { words: ['Xpert', 'TB'] }),
  choice('swab-nasal', ['Not detected', 'Detected', 'Invalid'])('COVID-PCR', 'SARS-CoV-2 RNA', '94500-6'),
  choice('swab-nasal', present)('COVID-AG', 'SARS-CoV-2 antigen, rapid test', '94558-4'),
  choice('swab-throat', present)('STREP-A', 'Group A streptococcus, rapid test', '78012-2'),
  words('swab-wound')('GRAM', 'Gram stain', '664-3', { method: 'Microscopy' }),
]

const panel = (code: string, name: string, loinc: string | undefined, of: string, others: readonly string[] = []): CataloguePanel => ({
  code, name, ...(loinc !== undefined && { loinc }), tests: of.split(' '), ...(others.length > 0 && { words: others }),
})

const panels: readonly CataloguePanel[] = [
  panel('FBC', 'Full blood count', '58410-2', 'WBC RBC HGB HCT MCV MCH MCHC RDW-CV PLT MPV NEUT# LYMPH#', ['CBC', 'complete blood count', 'NFS', 'haemogram']),
  panel('FBC-DIFF', 'Full blood count with differential', '57021-8', 'WBC RBC HGB HCT MCV MCH MCHC RDW-CV PLT MPV NEUT# LYMPH# MONO# EO# BASO# NEUT% LYMPH% MONO% EO% BASO%', ['CBC', 'five part']),
  panel('RENAL', 'Renal profile', undefined, 'UREA CREA EGFR NA K CL HCO3 ANION-GAP', ['U&E', 'RFT', 'kidney']),
  panel('ELEC', 'Electrolytes', undefined, 'NA K CL HCO3 ANION-GAP', ['ionogram']),
  panel('LIVER', 'Liver profile', undefined, 'TP ALB BIL-T BIL-D ALT AST ALP GGT', ['LFT']),
  panel('LIPID', 'Lipid profile', undefined, 'CHOL HDL TRIG LDL', ['cholesterol']),
  panel('BONE', 'Bone profile', undefined, 'CA ALB CA-CORR PHOS ALP', ['calcium']),
  panel('THYROID', 'Thyroid function', undefined, 'TSH FT4'),
  panel('CLOT', 'Clotting screen', undefined, 'PT INR APTT', ['coagulation']),
  panel('URINE', 'Urine dipstick', undefined, 'U-GLU U-PRO U-KET U-BLD U-LEU U-NIT U-BIL U-UBG U-PH U-SG', ['urinalysis', 'strip']),
  panel('URINE-FULL', 'Urine dipstick and microscopy', undefined, 'U-GLU U-PRO U-KET U-BLD U-LEU U-NIT U-BIL U-UBG U-PH U-SG U-MICRO', ['urinalysis', 'R/E']),
  panel('ACR-P', 'Albumin to creatinine ratio, urine', undefined, 'U-ALB U-CREA ACR', ['microalbumin']),
  panel('XPERT', 'Xpert MTB/RIF', undefined, 'MTB RIF', ['TB', 'tuberculosis']),
]

const sets: readonly CatalogueSet[] = [
  { code: 'FEVER', name: 'Fever set', orders: ['FBC', 'MALARIA-RDT', 'CRP', 'URINE'], imaging: [{ modality: 'DX', bodyPart: 'Chest PA' }] },
  { code: 'ANTENATAL', name: 'Antenatal booking set', orders: ['FBC', 'GROUP', 'HIV-RDT', 'HBSAG', 'RPR', 'SICKLE', 'URINE'], imaging: [] },
  { code: 'DIABETES', name: 'Diabetes review set', orders: ['HBA1C', 'RENAL', 'LIPID', 'ACR-P'], imaging: [] },
  { code: 'HYPERTENSION', name: 'Hypertension set', orders: ['RENAL', 'LIPID', 'GLU-F', 'URINE'], imaging: [] },
  { code: 'ABDOMEN', name: 'Acute abdomen set', orders: ['FBC', 'RENAL', 'LIVER', 'AMY', 'CRP', 'U-HCG'], imaging: [{ modality: 'US', bodyPart: 'Abdomen' }], priority: 'urgent' },
  { code: 'TB', name: 'Tuberculosis set', orders: ['AFB', 'XPERT', 'HIV-RDT', 'FBC'], imaging: [{ modality: 'DX', bodyPart: 'Chest PA' }] },
]

/** The catalogue that ships: no prices, and no ranges of the practice's own. */
export const shippedCatalogue: Pick<Catalogue, 'tests' | 'panels' | 'sets'> = { tests, panels, sets }

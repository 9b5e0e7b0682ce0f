/** What vital signs are called. */
export const vitals = {
  'respiratory-rate': 'Respiratory rate',
  'respiratory-distress': 'Respiratory distress',
  'spo2': 'SpO₂',
  'inspired-oxygen': 'Oxygen flow',
  'bp-systolic': 'Systolic BP',
  'bp-diastolic': 'Diastolic BP',
  'pulse': 'Pulse',
  'capillary-refill': 'Capillary refill',
  'avpu': 'ACVPU',
  'temperature': 'Temperature',
  'pain': 'Pain',
  'glucose': 'Glucose',
  'weight': 'Weight',
  'height': 'Height',
  'muac': 'MUAC',
} as const

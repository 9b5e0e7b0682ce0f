import type { vitals as english } from '../en/vitals'
import type { Translated } from '../translated'

export const vitals: Translated<typeof english> = {
  'respiratory-rate': 'Fréquence respiratoire',
  'respiratory-distress': 'Détresse respiratoire',
  'spo2': 'SpO₂',
  'inspired-oxygen': 'Débit d’oxygène',
  'bp-systolic': 'TA systolique',
  'bp-diastolic': 'TA diastolique',
  'pulse': 'Pouls',
  'capillary-refill': 'Recoloration capillaire',
  'avpu': 'ACVPU',
  'temperature': 'Température',
  'pain': 'Douleur',
  'glucose': 'Glycémie',
  'weight': 'Poids',
  'height': 'Taille',
  'muac': 'PB (périmètre brachial)',
}

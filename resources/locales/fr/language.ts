import type { language as english } from '../en/language'
import type { Translated } from '../translated'

export const language: Translated<typeof english> = {
  'choice': 'Langue',
  'practice': 'Langue et unités de la structure',
  'practice.text': 'Chacun peut choisir sa propre langue dans le menu sous son nom. Les valeurs sont enregistrées une seule fois et affichées dans ces unités ; rien ne change dans les dossiers.',
  'practice.language': 'Langue de ceux qui n’en ont pas choisi',
  'practice.language.computer': 'Celle de l’ordinateur',
  'practice.temperature': 'Température',
  'practice.weight': 'Poids',
  'practice.glucose': 'Glycémie',
  'practice.saved': 'Enregistré sur cet ordinateur.',
  'unit.Cel': '°C',
  'unit.[degF]': '°F',
  'unit.kg': 'kg',
  'unit.[lb_av]': 'lb',
  'unit.mmol/L': 'mmol/L',
  'unit.mg/dL': 'mg/dL',
}

/** Choosing a language, and the units in which values are shown. */
export const language = {
  'choice': 'Language',
  'practice': 'Language and units of the practice',
  'practice.text': 'Everybody may choose a language of their own, in the menu under their name. Values are stored once and shown in these units; nothing on a chart changes.',
  'practice.language': 'Language of whoever has chosen none',
  'practice.language.computer': 'As the computer',
  'practice.temperature': 'Temperature',
  'practice.weight': 'Weight',
  'practice.glucose': 'Blood glucose',
  'practice.saved': 'Saved on this computer.',
  'unit.Cel': '°C',
  'unit.[degF]': '°F',
  'unit.kg': 'kg',
  'unit.[lb_av]': 'lb',
  'unit.mmol/L': 'mmol/L',
  'unit.mg/dL': 'mg/dL',
} as const

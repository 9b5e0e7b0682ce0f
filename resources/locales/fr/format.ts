import type { format as english } from '../en/format'
import type { Translated } from '../translated'

export const format: Translated<typeof english> = {
  'month.1': 'janv',
  'month.2': 'févr',
  'month.3': 'mars',
  'month.4': 'avr',
  'month.5': 'mai',
  'month.6': 'juin',
  'month.7': 'juil',
  'month.8': 'août',
  'month.9': 'sept',
  'month.10': 'oct',
  'month.11': 'nov',
  'month.12': 'déc',
  'ago.now': 'à l’instant',
  'ago.minutes': 'il y a {count} min',
  'ago.hours': 'il y a {count} h',
  'ago.days': 'il y a {count} jours',
  'number.unclear': '« {typed} » peut se lire de deux façons. Écrivez {whole} ou {decimal}.',
  'number.grouped': 'Écrivez le nombre sans séparateurs : {whole}.',
  'unit.0': 'octets',
  'unit.1': 'ko',
  'unit.2': 'Mo',
  'unit.3': 'Go',
  'unit.4': 'To',
}

import type { common as english } from '../en/common'
import type { Translated } from '../translated'

export const common: Translated<typeof english> = {
  save: 'Enregistrer',
  cancel: 'Annuler',
  close: 'Fermer',
  back: 'Retour',
  again: 'Réessayer',
  optional: 'facultatif',
  waiting: 'Un instant…',
  technical: 'Partie technique',
  copy: 'Copier',
  copied: 'Copié',
  notKnown: 'inconnu',
}

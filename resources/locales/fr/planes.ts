import type { planes as english } from '../en/planes'
import type { Translated } from '../translated'

export const planes: Translated<typeof english> = {
  'planes': 'Plans',
  'close': 'Fermer',
  'plane.axial': 'Axial',
  'plane.coronal': 'Coronal',
  'plane.sagittal': 'Sagittal',
  'at': '{number} sur {count}',
  'loading': 'Chargement de toutes les images de cette série : {loaded} sur {all}…',
  'note': 'Calculé à partir des coupes. Mesurez sur les coupes elles-mêmes.',
  'refused': 'Aucun autre plan ne peut être montré',
  'refused.too-few': 'Cette série a moins de huit coupes.',
  'refused.colour': 'Ce sont des images en couleurs.',
  'refused.no-position': 'Les fichiers ne disent pas où se trouve chaque coupe, ni la taille de ses pixels.',
  'refused.sizes-differ': 'Les images de cette série n’ont pas toutes la même taille.',
  'refused.not-parallel': 'Les images de cette série ne sont pas parallèles.',
  'refused.tilted': 'Les coupes ont été prises avec un statif incliné. Un plan à travers elles serait déformé.',
  'refused.uneven': 'Une coupe manque, ou les coupes ne sont pas à distance égale. Un plan à travers elles serait déformé.',
  'refused.too-large': 'Cette série demande plus de mémoire que cet ordinateur ne devrait lui en donner.',
  'refused.not-loaded': 'Certaines images de cette série ne peuvent pas être montrées.',
}

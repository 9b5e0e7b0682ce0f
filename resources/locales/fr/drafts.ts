import type { drafts as english } from '../en/drafts'
import type { Translated } from '../translated'

export const drafts: Translated<typeof english> = {
  'title': 'Saisi ici et pas encore enregistré',
  'text': 'Le texte est gardé sur cet ordinateur et vous attend dans son formulaire.',
  'one': 'Saisi le {at}',
  'go': 'Continuer',
  'drop': 'Jeter',
  'dropped': 'Jeté. Ce qui avait été saisi ne peut pas être récupéré.',
  'later': 'Plus tard',
  'elsewhere': 'En dehors d’un dossier',
}

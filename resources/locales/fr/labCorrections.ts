import type { labCorrections as english } from '../en/labCorrections'
import type { Translated } from '../translated'

export const labCorrections: Translated<typeof english> = {
  'verified.title': 'Résultats validés',
  'verified.lead': 'Une valeur erronée se corrige ici : l’ancienne reste visible, et le prescripteur en est averti.',
  'verified.find': 'Numéro d’échantillon',
  'verified.empty': 'Aucun résultat validé',
  'verified.empty.text': 'Aucun compte rendu portant ce numéro n’a été validé.',
  'verified.older': 'Afficher les plus anciens',
  'verified.newest': 'Revenir aux plus récents',
  'corrected': 'corrigé',
  'correct': 'Corriger',
  'correct.named': 'Corriger {test} de {patient}',
  'correct.title': 'Corriger {test}',
  'correct.stands': 'La valeur actuelle est {value} ; elle a été validée.',
  'correct.value': 'Valeur exacte',
  'correct.value.fault': 'Saisissez un nombre, par exemple 6.8 ou > 300.',
  'correct.impossible': 'Cette valeur est impossible. Vérifiez-la ainsi que l’unité.',
  'correct.same': 'C’est déjà la valeur actuelle.',
  'correct.why': 'Motif',
  'correct.why.hint': 'Figure au dossier : tubes intervertis, hémolyse, erreur de saisie.',
  'correct.why.fault': 'Quelques mots sont nécessaires.',
  'correct.save': 'Corriger',
  'correct.look': '{before} devient {after}. Le prescripteur en est averti.',
  'correct.done': 'Corrigé : {test} de {patient}',
}

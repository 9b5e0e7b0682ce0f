import type { recordTypes as english } from '../en/recordTypes'
import type { Translated } from '../translated'

export const recordTypes: Translated<typeof english> = {
  'type.Patient': 'Patient',
  'type.Encounter': 'Visite',
  'type.Composition': 'Note',
  'type.Observation': 'Observation',
  'type.AllergyIntolerance': 'Allergie',
  'type.Condition': 'Problème ou constatation',
  'type.ServiceRequest': 'Demande',
  'type.DiagnosticReport': 'Compte rendu',
  'type.ImagingStudy': 'Examen d’imagerie',
  'type.Organization': 'Coordonnées de la structure',
  'type.Practitioner': 'Membre du personnel',
  'type.Device': 'Appareil',
  'type.Basic': 'Réglage ou mesure',
  'type.Communication': 'Alerte',
  'type.Task': 'Point à vérifier',
  'type.AuditEvent': 'Entrée d’audit',
  'type.Specimen': 'Échantillon',
  'type.ObservationDefinition': 'Analyse de laboratoire',
  'type.ActivityDefinition': 'Bilan de laboratoire',
  'type.PlanDefinition': 'Groupe de demandes',
}

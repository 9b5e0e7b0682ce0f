/** What a record is called, by its type. */
export const recordTypes = {
  'type.Patient': 'Patient',
  'type.Encounter': 'Visit',
  'type.Composition': 'Note',
  'type.Observation': 'Observation',
  'type.AllergyIntolerance': 'Allergy',
  'type.Condition': 'Problem or finding',
  'type.ServiceRequest': 'Order',
  'type.DiagnosticReport': 'Report',
  'type.ImagingStudy': 'Imaging study',
  'type.Organization': 'Practice details',
  'type.Practitioner': 'Staff member',
  'type.Device': 'Device',
  'type.Basic': 'Setting or measurement',
  'type.Communication': 'Alert',
  'type.Task': 'Review item',
  'type.AuditEvent': 'Audit entry',
}

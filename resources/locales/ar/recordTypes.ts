import type { recordTypes as english } from '../en/recordTypes'
import type { Translated } from '../translated'

export const recordTypes: Translated<typeof english> = {
  'type.Patient': 'مريض',
  'type.Encounter': 'زيارة',
  'type.Composition': 'ملاحظة',
  'type.Observation': 'قياس',
  'type.AllergyIntolerance': 'حساسية',
  'type.Condition': 'مشكلة أو علامة',
  'type.ServiceRequest': 'طلب',
  'type.DiagnosticReport': 'تقرير',
  'type.ImagingStudy': 'دراسة تصوير',
  'type.Organization': 'بيانات العيادة',
  'type.Practitioner': 'شخص من العاملين',
  'type.Device': 'جهاز',
  'type.Basic': 'إعداد أو قياس',
  'type.Communication': 'إنذار',
  'type.Task': 'بند للمراجعة',
  'type.AuditEvent': 'قيد في سجل التدقيق',
  'type.Specimen': 'عينة',
  'type.ObservationDefinition': 'تحليل مختبر',
  'type.ActivityDefinition': 'مجموعة تحاليل',
  'type.PlanDefinition': 'مجموعة طلبات',
}

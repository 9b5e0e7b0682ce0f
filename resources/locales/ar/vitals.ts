import type { vitals as english } from '../en/vitals'
import type { Translated } from '../translated'

export const vitals: Translated<typeof english> = {
  'respiratory-rate': 'معدل التنفس',
  'respiratory-distress': 'ضيق التنفس',
  'spo2': 'SpO₂',
  'inspired-oxygen': 'تدفق الأكسجين',
  'bp-systolic': 'الضغط الانقباضي',
  'bp-diastolic': 'الضغط الانبساطي',
  'pulse': 'النبض',
  'capillary-refill': 'امتلاء الشعيرات',
  'avpu': 'ACVPU',
  'temperature': 'درجة الحرارة',
  'pain': 'الألم',
  'glucose': 'سكر الدم',
  'weight': 'الوزن',
  'height': 'الطول',
  'muac': 'محيط منتصف العضد',
}

import type { language as english } from '../en/language'
import type { Translated } from '../translated'

export const language: Translated<typeof english> = {
  'choice': 'اللغة',
  'practice': 'لغة العيادة ووحداتها',
  'practice.text': 'يستطيع كل شخص أن يختار لغته من القائمة تحت اسمه. تُخزَّن القيم مرة واحدة وتُعرض بهذه الوحدات؛ ولا يتغير شيء في الملفات.',
  'practice.language': 'لغة من لم يختر لغة',
  'practice.language.computer': 'كلغة الحاسوب',
  'practice.temperature': 'درجة الحرارة',
  'practice.weight': 'الوزن',
  'practice.glucose': 'سكر الدم',
  'practice.saved': 'حُفظ على هذا الحاسوب.',
  'unit.Cel': '°م',
  'unit.[degF]': '°ف',
  'unit.kg': 'kg',
  'unit.[lb_av]': 'lb',
  'unit.mmol/L': 'mmol/L',
  'unit.mg/dL': 'mg/dL',
}

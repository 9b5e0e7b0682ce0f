import type { common as english } from '../en/common'
import type { Translated } from '../translated'

export const common: Translated<typeof english> = {
  save: 'حفظ',
  cancel: 'إلغاء',
  close: 'إغلاق',
  back: 'رجوع',
  again: 'أعد المحاولة',
  optional: 'اختياري',
  waiting: 'لحظة من فضلك…',
  technical: 'الجزء التقني',
  copy: 'نسخ',
  copied: 'تم النسخ',
  notKnown: 'غير معروف',
}

import type { labCorrections as english } from '../en/labCorrections'
import type { Translated } from '../translated'

export const labCorrections: Translated<typeof english> = {
  'verified.title': 'النتائج المتحقق منها',
  'verified.lead': 'تُصحَّح القيمة الخاطئة هنا: تبقى القيمة القديمة ظاهرة، ويُبلَّغ من طلب الفحص.',
  'verified.find': 'رقم العينة',
  'verified.empty': 'لا توجد نتائج متحقق منها',
  'verified.empty.text': 'لم يُتحقق من أي تقرير بهذا الرقم.',
  'verified.older': 'عرض الأقدم',
  'verified.newest': 'العودة إلى الأحدث',
  'corrected': 'مصحَّح',
  'correct': 'تصحيح',
  'correct.named': 'تصحيح {test} للمريض {patient}',
  'correct.title': 'تصحيح {test}',
  'correct.stands': 'القيمة الحالية {value}، وقد تم التحقق منها.',
  'correct.value': 'القيمة الصحيحة',
  'correct.value.fault': 'أدخل رقمًا، مثل 6.8 أو > 300.',
  'correct.impossible': 'لا يمكن أن تكون هذه القيمة لإنسان. تحقق منها ومن الوحدة.',
  'correct.same': 'هذه هي القيمة الحالية.',
  'correct.why': 'السبب',
  'correct.why.hint': 'يظهر في الملف: تبديل أنابيب، انحلال دم، خطأ في الكتابة.',
  'correct.why.fault': 'يلزم كتابة بضع كلمات.',
  'correct.save': 'تصحيح',
  'correct.look': 'تصبح {before} {after}. ويُبلَّغ من طلب الفحص.',
  'correct.done': 'تم التصحيح: {test} للمريض {patient}',
}

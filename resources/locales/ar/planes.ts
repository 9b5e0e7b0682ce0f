import type { planes as english } from '../en/planes'
import type { Translated } from '../translated'

export const planes: Translated<typeof english> = {
  'planes': 'المستويات',
  'close': 'إغلاق',
  'plane.axial': 'محوري',
  'plane.coronal': 'إكليلي',
  'plane.sagittal': 'سهمي',
  'at': '{number} من {count}',
  'loading': 'جارٍ تحميل كل صور هذه السلسلة: {loaded} من {all}…',
  'note': 'محسوب من المقاطع. قِس على المقاطع نفسها.',
  'refused': 'لا يمكن عرض مستويات أخرى',
  'refused.too-few': 'في هذه السلسلة أقل من ثمانية مقاطع.',
  'refused.colour': 'هذه صور ملونة.',
  'refused.no-position': 'لا تقول الملفات أين يقع كل مقطع، أو ما حجم بكسلاته.',
  'refused.sizes-differ': 'صور هذه السلسلة ليست كلها بحجم واحد.',
  'refused.not-parallel': 'صور هذه السلسلة ليست متوازية.',
  'refused.tilted': 'أُخذت المقاطع بجسر مائل. المستوى عبرها سيكون مشوهًا.',
  'refused.uneven': 'ينقص مقطع، أو ليست المقاطع على مسافة واحدة. المستوى عبرها سيكون مشوهًا.',
  'refused.too-large': 'تحتاج هذه السلسلة إلى ذاكرة أكثر مما ينبغي لهذا الحاسوب أن يعطيها.',
  'refused.not-loaded': 'لا يمكن عرض كل صور هذه السلسلة.',
}

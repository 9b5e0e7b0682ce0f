import type { drafts as english } from '../en/drafts'
import type { Translated } from '../translated'

export const drafts: Translated<typeof english> = {
  'title': 'كُتب هنا ولم يُحفظ بعد',
  'text': 'النص محفوظ على هذا الحاسوب وينتظركم في نموذجه.',
  'one': 'كُتب في {at}',
  'go': 'متابعة',
  'drop': 'إتلاف',
  'dropped': 'أُتلف. لا يمكن استرجاع ما كُتب.',
  'later': 'لاحقاً',
  'elsewhere': 'خارج أي ملف',
}

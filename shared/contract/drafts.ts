import * as z from 'zod'
import { draftLimit } from './draftLimit'
import { request } from './request'
import { recordId } from './shapes'

/** Under which a form keeps what is typed; the form's own, such as `note:01H…`. */
const draftKey = z.string().min(1).max(200)

/** `draft`: typed and not saved. `habit`: how a person likes a screen. */
const draftUse = z.enum(['draft', 'habit'])

/** Something of a person's that a window had before it closed, or before the power went. */
export interface KeptDraft {
  readonly key: string
  readonly use: z.infer<typeof draftUse>
  /** JSON. */
  readonly value: string
  /** Address of the screen where it was typed. */
  readonly place: string
  /** ISO instant of the last letter, less than a second before the write. */
  readonly at: string
  /** Whom the address is about: family and given name. */
  readonly patient?: { readonly family: string; readonly given: string }
}

/** What was typed and not saved: on this workstation only, encrypted, each person's own. */
export const draftRequests = {
  /** The caller's own, newest first. */
  readDrafts: request(z.undefined(), 'signed-in').answers<KeptDraft[]>(),
  /** Keeps some and forgets others; `practitioner` is whose the window believes them to be: another's are `not-allowed`. */
  keepDrafts: request(
    z.object({
      practitioner: recordId,
      kept: z.array(z.object({ key: draftKey, use: draftUse, value: z.string().max(draftLimit), place: z.string().max(500) })).max(100),
      dropped: z.array(draftKey).max(500),
    }),
    'signed-in',
  ).answers<null>(),
}

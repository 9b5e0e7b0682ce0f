import { type Answer, done, type KeptDraft, refuse } from '../../shared/contract'
import type { Actor } from '../charting'
import type { Replica } from '../replica'

const kind = 'draft'
/** More than anybody has open; what is older stays on disk. */
const mostDrafts = 500

type Stored = Pick<KeptDraft, 'key' | 'use' | 'value' | 'place'>

const idOf = (practitioner: string, key: string): string => `${practitioner}|${key}`

/** The patient whose screens lie at this address. */
const patientAt = (place: string): string | undefined => /^\/patients\/([0-9A-HJKMNP-TV-Z]{26})(?:\/|$)/.exec(place)?.[1]

/** What people typed and did not save, in the encrypted file of this workstation; it never syncs. */
export const openDrafts = ({ local, records }: Pick<Replica, 'local' | 'records'>) => {
  // In the order in which they were asked for: a late write must not bring back what was saved meanwhile.
  let last: Promise<unknown> = Promise.resolve()

  const keep = async (actor: Actor, kept: readonly Stored[], dropped: readonly string[]): Promise<void> => {
    for (const draft of kept) await local.put<Stored>(kind, idOf(actor.practitioner, draft.key), draft, actor.practitioner)
    if (dropped.length > 0) await local.removeAll(kind, dropped.map((key) => idOf(actor.practitioner, key)))
  }

  return {
    /** A person's own, newest first. */
    read: async (actor: Actor): Promise<Answer<KeptDraft[]>> => {
      const found = await local.list<Stored>(kind, { state: actor.practitioner, limit: mostDrafts })
      return done(
        await Promise.all(
          found.map(async ({ value, at }) => {
            const about = patientAt(value.place)
            const name = about === undefined ? undefined : (await records.get('Patient', about))?.resource.name?.[0]
            return { ...value, at, ...(name && { patient: { family: name.family ?? '', given: (name.given ?? []).join(' ') } }) }
          }),
        ),
      )
    },

    /** Resolved: on disk. `not-allowed` when the window took somebody else for the caller. */
    keep: async (ask: { readonly practitioner: string; readonly kept: readonly Stored[]; readonly dropped: readonly string[] }, actor: Actor): Promise<Answer<null>> => {
      if (ask.practitioner !== actor.practitioner) return refuse('not-allowed')
      const written = last.then(() => keep(actor, ask.kept, ask.dropped))
      last = written.catch(() => undefined)
      await written
      return done(null)
    },
  }
}

/** See {@link openDrafts}. */
export type Drafts = ReturnType<typeof openDrafts>

import type { Clinic, Problem } from '../../shared/contract'
import { draftLimit } from '../../shared/contract/draftLimit'
import { draftAt, restoreDrafts, watchDrafts } from '../components'

/** What is typed waits at most so long for the others of the same breath; with the write it stays far under two seconds. */
const gatherMs = 400
/** After a refusal (the screen is locked, the host starts again) it is offered again. */
const againMs = 1_000
/** Asked again, these would be refused again. */
const forGood: readonly Problem['kind'][] = ['bad-shape', 'not-allowed', 'unknown-request']
/** As much as one message takes. */
const mostTogether = draftLimit

interface Found {
  readonly key: string
  readonly at: string
  readonly place: string
  readonly patient?: { readonly family: string; readonly given: string }
}

/** Puts what the person left on this workstation back into the window; answers what of it was typed and not saved. */
export const bringDraftsBack = async ({ readDrafts }: Pick<Clinic, 'readDrafts'>): Promise<readonly Found[]> => {
  const answer = await readDrafts()
  if (!answer.ok) return []
  const readable = answer.value.flatMap(({ value, ...entry }) => {
    try {
      return [{ ...entry, value: JSON.parse(value) as unknown }]
    } catch {
      return []
    }
  })
  restoreDrafts(readable)
  return readable.filter(({ use }) => use === 'draft')
}

/** Text that is kept; undefined where the draft is gone, or is not for the disk. */
const written = (key: string): { readonly use: 'draft' | 'habit'; readonly value: string } | undefined => {
  const draft = draftAt(key)
  if (!draft || draft.use === 'view') return undefined
  const value = JSON.stringify(draft.value)
  return value !== undefined && value.length <= draftLimit ? { use: draft.use, value } : undefined
}

/**
 * Keeps what one person types on disk, through the practice host, until `stop`.
 * @param place tells the address of the screen
 */
export const keepDrafts = (practitioner: string, { keepDrafts: keep }: Pick<Clinic, 'keepDrafts'>, place: () => string) => {
  /** Not on disk as it is; with the place where it was typed last. */
  const waiting = new Map<string, string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let sending = false
  let isOver = false

  const later = (ms: number): void => {
    timer ??= setTimeout(() => {
      timer = undefined
      send()
    }, ms)
  }

  const takeSome = () => {
    const kept: { key: string; use: 'draft' | 'habit'; value: string; place: string }[] = []
    const dropped: string[] = []
    let size = 0
    for (const [key, at] of waiting) {
      if (kept.length + dropped.length === 100) break
      const text = written(key)
      if (text && kept.length > 0 && size + text.value.length > mostTogether) break
      waiting.delete(key)
      size += text?.value.length ?? 0
      if (text) kept.push({ key, ...text, place: at })
      else dropped.push(key)
    }
    return { kept, dropped }
  }

  const send = (): void => {
    if (sending || waiting.size === 0) return
    const asBefore = new Map(waiting)
    const some = takeSome()
    sending = true
    void keep({ practitioner, ...some }).then((answer) => {
      // Once the person has left, their drafts are out of the window: sent again, they would be told as saved.
      if (isOver) return
      sending = false
      if (!answer.ok && !forGood.includes(answer.problem.kind)) {
        for (const key of [...some.kept.map((one) => one.key), ...some.dropped]) if (!waiting.has(key)) waiting.set(key, asBefore.get(key) ?? '')
      }
      if (waiting.size > 0) later(answer.ok ? 0 : againMs)
    })
  }

  const unwatch = watchDrafts((key) => {
    if (key.length > 200 || draftAt(key)?.use === 'view') return
    waiting.set(key, place().slice(0, 500))
    // What was saved is forgotten at once: found again, it would look unsaved.
    later(draftAt(key) ? gatherMs : 0)
  })

  return {
    /** Sends what waits, before the person leaves. */
    flush: (): void => {
      sending = false
      send()
    },
    stop: (): void => {
      isOver = true
      unwatch()
      clearTimeout(timer)
      waiting.clear()
    },
  }
}

/** What {@link bringDraftsBack} found. */
export type Unfinished = Awaited<ReturnType<typeof bringDraftsBack>>[number]
/** See {@link keepDrafts}. */
export type DraftKeeper = ReturnType<typeof keepDrafts>

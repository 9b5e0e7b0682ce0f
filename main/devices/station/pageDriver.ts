import { PageFramer, type PageEffect } from '../framers'
import type { TextProfile } from '../profiles'
import type { Driver } from './keepOpen'
import type { MessageSurroundings } from './surroundings'

/** Runs the line of a device that prints: page to the journal, then the answer where it waits for one, then on to the practice host. */
export const pageDriver = ({ device, profile, journal, now, captured, journalFailed, endless }: MessageSurroundings<TextProfile>): Driver => {
  const framer = new PageFramer(profile.framing)
  let write: (bytes: Uint8Array) => Promise<void> = () => Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  /** Counts openings of the line: an answer that is late must not go to another connection. */
  let opening = 0

  const keep = async (raw: Uint8Array, page: Uint8Array, complete: boolean): Promise<boolean> => {
    try {
      const capture = await journal.keep({ device, profile: profile.id, at: new Date(now()).toISOString(), raw, message: { text: page, complete } })
      if (capture) captured(capture)
      return true
    } catch {
      journalFailed()
      return false
    }
  }
  const act = (effects: readonly PageEffect[]): void => {
    const during = opening
    for (const effect of effects) {
      if (effect.do === 'write') void write(effect.bytes)
      if (effect.do === 'keep') void keep(effect.raw, effect.page, false)
      if (effect.do === 'commit') void keep(effect.raw, effect.page, true).then((isDurable) => during === opening && act(framer.committed(isDurable)))
      if (effect.do === 'interrupted' && effect.why === 'overlong') endless?.()
    }
    clearTimeout(timer)
    if (framer.deadline !== undefined) timer = setTimeout(() => act(framer.tick(now())), Math.max(0, framer.deadline - now()) + 1)
  }

  return {
    opened: (to) => {
      opening++
      framer.reset()
      write = to
    },
    bytes: (bytes) => act(framer.feed(bytes, now())),
    closed: () => {
      opening++
      act(framer.closed())
    },
  }
}

import type { WavePiece } from '../../../shared/contract'
import type { Wave } from '../framers'

/** Lets the curves of those devices through that somebody looks at. */
export interface WaveTap {
  /** These are looked at for a while from now; an earlier wish is replaced. */
  watch(devices: readonly string[]): void
  add(device: string, wave: Wave, at: number): void
  close(): void
}

/** A window that is gone no longer wishes: the wish has to come again within this. */
const leaseMs = 15_000
/** Pieces are told so often: smooth to the eye, and few messages. */
const tellMs = 80

/** Gathers the samples of a device between two tellings; what nobody looks at is dropped at once. */
export const waveTap = (tell: (piece: WavePiece) => void, now: () => number): WaveTap => {
  let watched: ReadonlySet<string> = new Set()
  let until = 0
  const pieces = new Map<string, { code: Wave['code']; samples: number[]; perSecond: number; at: number }>()
  let timer: NodeJS.Timeout | undefined

  const flush = () => {
    timer = undefined
    for (const [device, piece] of pieces) tell({ device, ...piece })
    pieces.clear()
  }
  return {
    watch: (devices) => {
      watched = new Set(devices)
      until = now() + leaseMs
    },
    add: (device, { code, samples, perSecond }, at) => {
      if (!watched.has(device) || now() > until) return
      const piece = pieces.get(device)
      if (piece) {
        piece.samples.push(...samples)
        piece.at = at
      } else pieces.set(device, { code, samples: [...samples], perSecond, at })
      timer ??= setTimeout(flush, tellMs)
    },
    close: () => clearTimeout(timer),
  }
}

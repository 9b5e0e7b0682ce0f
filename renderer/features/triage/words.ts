import { triage as words } from '../../../resources/locales/en/triage'
import type { QueueEntry } from '../../../shared/contract'
import type { TriageColour } from '../../../shared/records/triage/iitt'
import { wording } from '../../components'

/** The wording of walk-ins. */
export const t = wording(words)

const has = (id: string): id is keyof typeof words => Object.hasOwn(words, id)

/** A reason in words; one of another version's by its code. */
export const reasonWords = (reason: string): string => {
  const id = [`sign.${reason}`, `reason.${reason}`].find(has)
  return id !== undefined && has(id) ? t(id) : reason
}

/** A vital sign in words. */
export const numberWords = (code: string): string => {
  const id = `number.${code}`
  return has(id) ? t(id) : code
}

/** A colour in words; nobody has looked yet. */
export const colourWords = (colour: TriageColour | undefined): string => t(colour === undefined ? 'colour.none' : `colour.${colour}`)

/** Whether somebody senior has to look at once. */
export const isForReview = ({ triage }: QueueEntry): boolean => triage !== undefined && triage.highRisk.length > 0 && triage.colour === triage.computed

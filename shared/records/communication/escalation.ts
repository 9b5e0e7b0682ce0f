/** Somebody to whom an alert goes. */
export interface Step {
  /** Practitioner id; absent: everybody at work, the roster is at its end or empty. */
  readonly practitioner?: string
  /** From when on, ISO instant. */
  readonly from: string
}

/** Nobody answers for so long: the next is told. */
const escalateAfterMinutes = 5

/**
 * To whom an alert went until now, the first first: each of those on duty for five minutes, then everybody.
 * @param onDuty practitioner ids in the order in which they are told
 * @param until the answer, else now, ISO instant
 */
export const escalation = (alertedAt: string, onDuty: readonly string[], until: string): Step[] => {
  const begun = Date.parse(alertedAt)
  const steps: Step[] = [...onDuty.map((practitioner) => ({ practitioner })), {}].map((who, place) => ({ ...who, from: new Date(begun + place * escalateAfterMinutes * 60_000).toISOString() }))
  return steps.filter(({ from }, place) => place === 0 || from <= until)
}

/** When the next one is told, ISO instant; undefined: everybody is told already. */
export const nextStepAt = (steps: readonly Step[]): string | undefined => {
  const last = steps.at(-1)
  return last?.practitioner === undefined ? undefined : new Date(Date.parse(last.from) + escalateAfterMinutes * 60_000).toISOString()
}

import type { Basic } from 'fhir/r4'
import { idIn, referenceTo, systems } from '../systems'
import { type WarningLevel, warningLevels } from './score'

/**
 * How often a patient is observed, as a clinician decided against the table. Each decision is a record of its own (`Basic`), and the
 * newest counts: two workstations that decide apart keep both.
 */
export interface ObservationPlan {
  readonly everyMinutes: number
  /** Monitored without a break. */
  readonly isContinuous: boolean
  readonly reason: string
  /** The level for which it was made; absent: nobody was scored then. A worse one ends it. */
  readonly level?: WarningLevel
  /** Practitioner id. */
  readonly by: string
  /** ISO instant. */
  readonly at: string
}

/** Code of the record. */
export const planCode = 'observation-plan'
const url = 'urn:outpost:observation-plan'

/** The record of a plan, or (`undefined`) of the decision to go by the score again. */
export const planRecord = (
  said: { readonly subject: string; readonly by: string; readonly at: string; readonly reason: string },
  plan: Pick<ObservationPlan, 'everyMinutes' | 'isContinuous' | 'level'> | undefined,
): Basic => ({
  resourceType: 'Basic',
  code: { coding: [{ system: systems.basic, code: planCode }] },
  subject: referenceTo('Patient', said.subject),
  author: referenceTo('Practitioner', said.by),
  created: said.at,
  extension: [
    {
      url,
      extension: [
        { url: 'reason', valueString: said.reason },
        ...(plan
          ? [
              { url: 'every-minutes', valueInteger: plan.everyMinutes },
              { url: 'continuous', valueBoolean: plan.isContinuous },
              ...(plan.level === undefined ? [] : [{ url: 'level', valueCode: plan.level }]),
            ]
          : []),
      ],
    },
  ],
})

/** The plan in a record; undefined when it says to go by the score, or is none. */
export const planIn = (record: Basic): ObservationPlan | undefined => {
  const parts = record.code.coding?.some(({ code }) => code === planCode) ? record.extension?.find((each) => each.url === url)?.extension : undefined
  const part = (name: string) => parts?.find((each) => each.url === name)
  const [everyMinutes, by, at] = [part('every-minutes')?.valueInteger, idIn(record.author, 'Practitioner'), record.created]
  if (everyMinutes === undefined || everyMinutes <= 0 || by === undefined || at === undefined || Number.isNaN(Date.parse(at))) return undefined
  const level = warningLevels.find((each) => each === part('level')?.valueCode)
  return {
    everyMinutes, by, at,
    isContinuous: part('continuous')?.valueBoolean ?? false,
    reason: part('reason')?.valueString ?? '',
    ...(level ? { level } : {}),
  }
}

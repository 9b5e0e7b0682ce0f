import type { Observation } from 'fhir/r4'
import { idIn, referenceTo, systems } from '../systems'
import type { Spo2Scale } from './news2'

/** LOINC code of the Observation that says whether somebody is pregnant (IPS profile "pregnancy status"). */
const pregnancyLoinc = '82810-3'
/** LOINC answers of it. */
const pregnancyAnswers = { pregnant: { code: 'LA15173-0', display: 'Pregnant' }, 'not-pregnant': { code: 'LA26683-5', display: 'Not pregnant' } } as const
/** Our code of the Observation that says which SpO₂ chart of NEWS2 a prescriber chose. */
const scaleCode = 'news2-spo2-scale'

/** Search codes of the records that decide how a patient's signs are scored. */
export const scoredAsCodes: readonly string[] = [pregnancyLoinc, scaleCode]

/** Whether the patient is pregnant, as far as anybody has said. `lapsed`: it was said so long ago that it must be over, and is to be asked again. */
export type Pregnancy = 'pregnant' | 'not-pregnant' | 'not-asked' | 'lapsed'

/**
 * A pregnancy that was said holds for so many weeks: no pregnancy lasts longer, from whichever of its days it was said. Term is up to 42 weeks
 * from the last period (WHO, ICD-10 chapter XV: post-term from 42 completed weeks); three more for a date that was wrong.
 */
export const pregnancyWeeks = 45
const weekMs = 7 * 24 * 3_600_000

/** The last moment at which a pregnancy holds that was said at an instant, milliseconds since 1970; NaN where nobody can read when that was. */
export const pregnancyHoldsUntil = (said: string | undefined): number => Date.parse(said ?? '') + pregnancyWeeks * weekMs

/** Who says it of whom. */
interface Told {
  /** Patient id. */
  readonly subject: string
  /** ISO instant. */
  readonly effective: string
  /** Practitioner id. */
  readonly performer: string
}

const observation = ({ subject, effective, performer }: Told, category: string, code: NonNullable<Observation['code']>, value: NonNullable<Observation['valueCodeableConcept']>): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  category: [{ coding: [{ system: systems.observationCategory, code: category }] }],
  code,
  subject: referenceTo('Patient', subject),
  effectiveDateTime: effective,
  performer: [referenceTo('Practitioner', performer)],
  valueCodeableConcept: value,
})

/** That somebody is pregnant, or is not (any more). */
export const pregnancyObservation = (told: Told & { readonly isPregnant: boolean }): Observation => {
  const answer = pregnancyAnswers[told.isPregnant ? 'pregnant' : 'not-pregnant']
  return observation(
    told,
    'social-history',
    { coding: [{ system: systems.loinc, code: pregnancyLoinc, display: 'Pregnancy status' }], text: 'Pregnancy status' },
    { coding: [{ system: systems.loinc, ...answer }], text: answer.display },
  )
}

/** Which SpO₂ chart holds for a patient, as a prescriber decided. */
export const spo2ScaleObservation = (told: Told & { readonly scale: Spo2Scale }): Observation =>
  observation(
    told,
    'exam',
    { coding: [{ system: systems.earlyWarning, code: scaleCode, display: 'NEWS2 SpO₂ scale' }], text: 'NEWS2 SpO₂ scale' },
    { coding: [{ system: systems.earlyWarning, code: `scale-${told.scale}` }], text: `Scale ${told.scale}` },
  )

/** Who said something last, and when: practitioner id and ISO instant. */
interface Said {
  readonly by: string
  readonly at: string
}

/** What {@link scoredAsOf} answers. */
export interface ScoredAsFacts {
  readonly scale: Spo2Scale
  readonly scaleSaid?: Said
  readonly pregnancy: Pregnancy
  readonly pregnancySaid?: Said
  /** Since when it is said without a break, ISO instant: the oldest of the newest words that say the same. */
  readonly pregnancySince?: string
}

const saidIn = (resource: Observation): Said => ({ by: idIn(resource.performer?.[0], 'Practitioner') ?? '', at: resource.effectiveDateTime ?? '' })

/**
 * How a patient's signs are scored: the newest word on each question holds. Where nobody said anything, scale 1
 * (which the Royal College makes the default) and `not-asked`.
 * @param newestFirst Observations with the codes of {@link scoredAsCodes}
 * @param onMs the moment for which it is asked, milliseconds since 1970
 */
export const scoredAsOf = (newestFirst: readonly Observation[], onMs: number): ScoredAsFacts => {
  const standing = newestFirst.filter(({ status }) => status !== 'entered-in-error')
  const said = (each: Observation | undefined) => each?.valueCodeableConcept?.coding?.[0]?.code
  const answers = (code: string) => standing.filter((each) => each.code.coding?.[0]?.code === code && said(each) !== undefined)
  const [[scale], pregnancies] = [answers(scaleCode), answers(pregnancyLoinc)]
  const [pregnancy] = pregnancies
  const isScale2 = said(scale) === 'scale-2'
  const isPregnant = said(pregnancy) === pregnancyAnswers.pregnant.code
  const otherwise = pregnancies.findIndex((each) => said(each) !== said(pregnancy))
  const since = pregnancies.at(otherwise === -1 ? -1 : otherwise - 1)?.effectiveDateTime
  // Of a day that nobody can read it is not known that it is not long ago: asking once too often does no harm.
  const isOver = !(onMs <= pregnancyHoldsUntil(pregnancy?.effectiveDateTime))
  return {
    scale: isScale2 ? 2 : 1,
    ...(scale ? { scaleSaid: saidIn(scale) } : {}),
    pregnancy: pregnancy ? (isPregnant ? (isOver ? 'lapsed' : 'pregnant') : 'not-pregnant') : 'not-asked',
    ...(pregnancy ? { pregnancySaid: saidIn(pregnancy) } : {}),
    ...(since === undefined ? {} : { pregnancySince: since }),
  }
}

import { patients } from '../../../resources/locales/en/patients'
import { common } from '../../../resources/locales/en/common'
import { problemList } from '../../../resources/locales/en/problemList'
import type { PatientSummary } from '../../../shared/contract'
import { ageInWords, ageOn } from '../../../shared/records/patient/age'
import { displayName } from '../../../shared/records/patient/name'
import { formatDate, isolated, wording } from '../../components'

const t = wording(patients)
const ofProblems = wording(problemList)

/** Today where the patient is: a calendar date. */
export const todayIs = (now = new Date()): string =>
  `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`

/** `61y`, `5m 3d`, in the short form of the language; empty when the birth date is not known. */
export const ageOf = (birthDate: string | undefined, today = todayIs()): string => {
  const age = birthDate ? ageOn(birthDate, today) : undefined
  return age ? isolated(ageInWords(age, ({ value, unit }) => t(`age.${unit}`, { count: value }), t('age.between'))) : ''
}

/** `14-Jul-1945 (81y)`, or that it is not known. */
export const bornWords = ({ birthDate, deceased }: Pick<PatientSummary, 'birthDate' | 'deceased'>): string => {
  if (!birthDate) return common.notKnown
  const age = ageOf(birthDate)
  return age && !deceased ? `${formatDate(birthDate)} (${age})` : formatDate(birthDate)
}

/** What a problem is called; one that nobody has confirmed is never told as one that is there. */
export const problemWords = ({ name, isSuspected }: { readonly name: string; readonly isSuspected: boolean }): string =>
  isSuspected ? ofProblems('banner.suspected', { problem: name }) : name

/** `OYELARAN, Adaeze (Dr)`. */
export const nameOf = ({ family, given, prefix }: Pick<PatientSummary, 'family' | 'given' | 'prefix'>): string =>
  displayName({ family, given, ...(prefix ? { prefix } : {}) })

/** The sex in a word. */
export const sexWord = (gender: PatientSummary['gender']): string => t(`sex.${gender}`)

import { isDeepStrictEqual } from 'node:util'
import { type Answer, done, type PatientSummary, refuse } from '../../shared/contract'
import type { Envelope } from '../../shared/records/envelope'
import { birthDateFault } from '../../shared/records/patient/age'
import { patientCounter, patientNumber } from '../../shared/records/patient/number'
import { type Demographics, patientFacts, patientOf, withDemographics } from '../../shared/records/patient/patient'
import type { PatientFinder } from '../replica'
import { type Actor, type ChartingParts, localToday } from './parts'
import { unusedNumber } from './unusedNumber'

/** Which part of the list of patients. */
interface PatientPage {
  readonly skip: number
  readonly limit: number
  readonly sort?: 'recent' | 'name' | 'born'
  readonly order?: 'ascending' | 'descending'
}

/** A row of a list. */
export const summaryOf = (patient: Envelope<'Patient'>): PatientSummary => ({ id: patient.id, ...patientFacts(patient.resource), at: patient.at })

const refuseBirthDate = (parts: ChartingParts, birthDate: string | undefined) => {
  const today = localToday(parts)
  const fault = birthDate === undefined ? undefined : birthDateFault(birthDate, today)
  return fault ? refuse('implausible-value', { field: 'birthDate', limit: fault }) : undefined
}

/** Registration, demographics, lists. */
export const openPatients = (parts: ChartingParts, finder: Pick<PatientFinder, 'find'>) => {
  const { records, local, station } = parts.replica

  return {
    /** Most recently touched first, or sorted; those without what is sorted by come last, whichever way. */
    list: async ({ skip, limit, sort = 'recent', order = 'ascending' }: PatientPage): Promise<{ patients: PatientSummary[]; total: number }> => {
      const total = await records.count('Patient')
      if (sort === 'recent') return { patients: (await records.find('Patient', { sort: { by: 'at', order: 'descending' }, skip, limit })).map(summaryOf), total }
      const by = sort === 'name' ? 'family' : 'birthdate'
      // Apart, because the index holds those only that have it.
      const known = await records.count('Patient', { where: { [by]: { from: '' } } })
      const first = skip < known ? await records.find('Patient', { where: { [by]: { from: '' } }, sort: { by, order }, skip, limit }) : []
      const left = limit - first.length
      const others = left > 0 && known < total ? await records.find('Patient', { where: { [by]: { isThere: false } }, sort: { by: 'at', order: 'descending' }, skip: Math.max(0, skip - known), limit: left }) : []
      return { patients: [...first, ...others].map(summaryOf), total }
    },

    /** Best first. */
    find: async (text: string, limit: number): Promise<PatientSummary[]> => {
      const patients = await Promise.all((await finder.find(text, limit)).map(({ id }) => records.get('Patient', id)))
      return patients.filter((each) => each !== undefined).map(summaryOf)
    },

    /** Registers under this station's next number; `implausible-value` for a birth date that cannot be. */
    register: (ask: Demographics & { readonly family: string; readonly key: string }, actor: Actor): Promise<Answer<PatientSummary>> =>
      parts.once(
        `register:${ask.key}`,
        async () => {
          const fault = refuseBirthDate(parts, ask.birthDate)
          if (fault) return fault
          const { key, ...demographics } = ask
          const number = await unusedNumber({ records, local }, 'Patient', patientCounter, (count) => patientNumber(station, count))
          return done(summaryOf(await records.add('Patient', patientOf(demographics, number), actor.practitioner, `register:${key}`)))
        },
        (answer) => answer.ok,
      ),

    /** Changes the named fields; rejects with `conflict` when the record has moved on since `at`. Saving what is there already makes no version. */
    update: async (ask: Demographics & { readonly patient: string; readonly at: string }, actor: Actor): Promise<Answer<PatientSummary>> => {
      const fault = refuseBirthDate(parts, ask.birthDate)
      if (fault) return fault
      const { patient, at, ...change } = ask
      const found = await records.get('Patient', patient)
      if (!found) return refuse('not-found')
      if (found.at === at && isDeepStrictEqual(withDemographics(found.resource, change), found.resource)) return done(summaryOf(found))
      return done(summaryOf(await records.revise('Patient', patient, (resource) => withDemographics(resource, change), actor.practitioner, at)))
    },
  }
}

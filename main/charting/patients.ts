import { isDeepStrictEqual } from 'node:util'
import { type Answer, done, type PatientSummary, refuse } from '../../shared/contract'
import type { Envelope } from '../../shared/records/envelope'
import { birthDateFault } from '../../shared/records/patient/age'
import { patientCounter, patientNumber } from '../../shared/records/patient/number'
import { type Demographics, patientFacts, patientOf, withDemographics } from '../../shared/records/patient/patient'
import type { PatientFinder } from '../replica'
import { type Actor, type ChartingParts, localToday } from './parts'
import { unusedNumber } from './unusedNumber'

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
    /** Most recently touched first. */
    list: async (page: { readonly skip: number; readonly limit: number }): Promise<{ patients: PatientSummary[]; total: number }> => {
      const [patients, total] = await Promise.all([
        records.find('Patient', { sort: { by: 'at', order: 'descending' }, skip: page.skip, limit: page.limit }),
        records.count('Patient'),
      ])
      return { patients: patients.map(summaryOf), total }
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

import type { SamePerson } from '../../shared/contract'
import { type KnownPerson, isLikelySame, likenessOf, suspicionOf } from '../../shared/records/patient/likeness'
import { peopleIn } from '../../shared/records/patient/people'
import type { PatientFinder } from '../replica'
import type { ChartingParts } from './parts'
import { summaryOf } from './patients'

/** Who may be the person of a registration, the likeliest first. */
export const openSamePeople =
  ({ replica }: Pick<ChartingParts, 'replica'>, finder: Pick<PatientFinder, 'candidatesFor'>) =>
  async ({ limit, ...asked }: KnownPerson & { readonly limit: number }): Promise<SamePerson[]> => {
    const ids = await finder.candidatesFor(asked)
    const patients = await Promise.all(ids.map((id) => replica.records.get('Patient', id)))
    return patients
      .flatMap((patient) => {
        if (patient === undefined) return []
        const [best] = peopleIn(patient.resource)
          .map((person) => {
            const alike = likenessOf(asked, person)
            return { alike, suspicion: suspicionOf(asked, person, alike) }
          })
          .sort((left, right) => right.suspicion - left.suspicion)
        return best === undefined || best.suspicion === 0 ? [] : [{ patient: summaryOf(patient), ...best }]
      })
      .sort((left, right) => right.suspicion - left.suspicion || (left.patient.id < right.patient.id ? -1 : 1))
      .slice(0, limit)
      .map(({ patient, alike }) => ({ patient, alike, isLikely: isLikelySame(alike) }))
  }

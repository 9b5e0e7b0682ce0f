import { type Answer, done, refuse, type ScoredAs } from '../../../shared/contract'
import type { Spo2Scale } from '../../../shared/records/early-warning/news2'
import { pregnancyObservation, scoredAsCodes, type ScoredAsFacts, scoredAsOf, spo2ScaleObservation } from '../../../shared/records/early-warning/scoredAs'
import { type Actor, type ChartingParts, instantNow } from '../parts'

/** Records that are looked through for the newest word on each question. */
const mostRecords = 200

/** What the early warning score of a patient hangs on beside the signs. */
export const openScoredAs = (parts: ChartingParts) => {
  const { records } = parts.replica

  const facts = async (patient: string): Promise<ScoredAsFacts> => {
    const newest = await records.find('Observation', { where: { subject: patient, code: { in: scoredAsCodes } }, sort: { by: 'date', order: 'descending' }, limit: mostRecords })
    return scoredAsOf(newest.map(({ resource }) => resource), parts.now())
  }

  const read = async (patient: string): Promise<ScoredAs> => {
    const { scaleSaid, pregnancySaid, pregnancySince: _since, ...said } = await facts(patient)
    const named = async (said: { readonly by: string; readonly at: string }) => ({ at: said.at, by: await parts.names.nameOf(said.by) })
    return { ...said, ...(scaleSaid ? { scaleSaid: await named(scaleSaid) } : {}), ...(pregnancySaid ? { pregnancySaid: await named(pregnancySaid) } : {}) }
  }

  return {
    read,

    /** What the newest records of a patient say, without names. */
    facts,

    chooseScale: async ({ key, patient, scale }: { readonly key: string; readonly patient: string; readonly scale: Spo2Scale }, actor: Actor): Promise<Answer<ScoredAs>> => {
      if (!(await records.get('Patient', patient))) return refuse('not-found')
      const resource = spo2ScaleObservation({ subject: patient, scale, effective: instantNow(parts), performer: actor.practitioner })
      await records.add('Observation', resource, actor.practitioner, `spo2-scale:${patient}:${key}`)
      return done(await read(patient))
    },

    recordPregnancy: async ({ key, patient, isPregnant }: { readonly key: string; readonly patient: string; readonly isPregnant: boolean }, actor: Actor): Promise<Answer<ScoredAs>> => {
      if (!(await records.get('Patient', patient))) return refuse('not-found')
      const resource = pregnancyObservation({ subject: patient, isPregnant, effective: instantNow(parts), performer: actor.practitioner })
      await records.add('Observation', resource, actor.practitioner, `pregnancy:${patient}:${key}`)
      return done(await read(patient))
    },
  }
}

/** See {@link openScoredAs}. */
export type ScoredAsDesk = ReturnType<typeof openScoredAs>

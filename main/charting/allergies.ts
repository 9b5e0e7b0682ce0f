import { type AllergyStatus, type Answer, done, refuse } from '../../shared/contract'
import { allergyFinding, allergyOf, type Criticality, noKnownAllergiesOf } from '../../shared/records/allergy-intolerance/allergy'
import { type Actor, type ChartingParts, instantNow } from './parts'

const mostAllergies = 200

/** Allergies of a patient, and that somebody asked. */
export const openAllergies = (parts: ChartingParts) => {
  const { records } = parts.replica

  const status = async (patient: string): Promise<AllergyStatus> => {
    const finding = allergyFinding(await records.find('AllergyIntolerance', { where: { subject: patient }, limit: mostAllergies }))
    switch (finding.status) {
      case 'not-asked':
        return finding
      case 'none-known':
        return { ...finding, by: await parts.names.nameOf(finding.by) }
      case 'recorded':
        return {
          status: 'recorded',
          allergies: await Promise.all(finding.allergies.map(async (each) => ({ ...each, by: await parts.names.nameOf(each.by) }))),
        }
    }
  }

  return {
    status,

    record: async (
      ask: { readonly key: string; readonly patient: string; readonly substance: string; readonly criticality: Criticality; readonly reaction?: string },
      actor: Actor,
    ): Promise<Answer<AllergyStatus>> => {
      if (!(await records.get('Patient', ask.patient))) return refuse('not-found')
      const told = { subject: ask.patient, substance: ask.substance, criticality: ask.criticality, reaction: ask.reaction }
      const resource = allergyOf({ ...told, recorder: actor.practitioner, recordedDate: instantNow(parts) })
      await records.add('AllergyIntolerance', resource, actor.practitioner, `allergy:${ask.patient}:${ask.key}`)
      return done(await status(ask.patient))
    },

    /** Refused as `conflict` while an allergy stands on the chart: the two cannot both be true. */
    recordNoneKnown: async (ask: { readonly key: string; readonly patient: string }, actor: Actor): Promise<Answer<AllergyStatus>> => {
      if (!(await records.get('Patient', ask.patient))) return refuse('not-found')
      if ((await status(ask.patient)).status === 'recorded') return refuse('conflict', { field: 'allergies' })
      const resource = noKnownAllergiesOf({ subject: ask.patient, recorder: actor.practitioner, recordedDate: instantNow(parts) })
      await records.add('AllergyIntolerance', resource, actor.practitioner, `no-known-allergies:${ask.patient}:${ask.key}`)
      return done(await status(ask.patient))
    },
  }
}

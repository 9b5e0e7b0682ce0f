import type { Envelope } from '../../../shared/records/envelope'
import { scoredAsCodes, scoredAsOf } from '../../../shared/records/early-warning/scoredAs'
import { localDay } from '../../../shared/records/localDay'
import type { RangePerson } from '../../../shared/records/observation/referenceRange'
import { patientFacts } from '../../../shared/records/patient/patient'
import type { Replica } from '../../replica'

/** Words on pregnancy that are looked through for the newest. */
const mostWords = 200

/** A patient as ranges and formulas see them on the day of a sample. @param at ISO instant */
export const personOn = async ({ records }: Pick<Replica, 'records'>, patient: Envelope<'Patient'>, at: string): Promise<RangePerson> => {
  const { gender, birthDate } = patientFacts(patient.resource)
  const words = await records.find('Observation', { where: { subject: patient.id, code: { in: scoredAsCodes } }, sort: { by: 'date', order: 'descending' }, limit: mostWords })
  // What was said after the sample was taken tells nothing of that day.
  const { pregnancy } = scoredAsOf(words.filter(({ search }) => (search.date ?? '') <= at).map(({ resource }) => resource), Date.parse(at))
  return { gender, ...(birthDate !== undefined && { birthDate }), pregnancy, on: localDay(at) }
}

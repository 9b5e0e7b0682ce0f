import { done, refuse, type Answer, type DutyEntry } from '../../shared/contract'
import { dutiesOf, isOnDuty, rosterRecord, type Duty } from '../../shared/records/basic/dutyRoster'
import { localDay } from '../../shared/records/localDay'
import { recordIdOfKey, type Replica } from '../replica'

const two = (value: number) => String(value).padStart(2, '0')
const keyOf = (day: string): string => `duty-roster/${day}`

/** Who is on duty for alerts, day by day. */
export const openRoster = ({ records, practice }: Pick<Replica, 'records' | 'practice'>) => {
  const recordOf = (day: string) => records.get('Basic', recordIdOfKey(practice, 'Basic', keyOf(day)))
  const nameOf = async (practitioner: string): Promise<string> => (await records.get('Practitioner', practitioner))?.resource.name?.[0]?.text ?? ''
  const read = async (day: string): Promise<DutyEntry[]> => {
    const record = await recordOf(day)
    return Promise.all((record ? dutiesOf(record.resource) : []).map(async (duty) => ({ ...duty, name: await nameOf(duty.practitioner) })))
  }

  return {
    /** The name of a person; empty while nobody here knows it. */
    nameOf,

    read,

    /** Practitioner ids of those on duty at a moment, the first to be told first. */
    onDuty: async (instant: string): Promise<string[]> => {
      const at = new Date(instant)
      const moment = { day: localDay(instant), time: `${two(at.getHours())}:${two(at.getMinutes())}`, dayBefore: localDay(new Date(at.getFullYear(), at.getMonth(), at.getDate() - 1, 12).getTime()) }
      const days = await Promise.all([moment.day, moment.dayBefore].map(async (day) => {
        const record = await recordOf(day)
        return (record ? dutiesOf(record.resource) : []).filter((duty) => isOnDuty(duty, day, moment))
      }))
      return [...new Set(days.flat().sort((one, other) => one.rank - other.rank).map(({ practitioner }) => practitioner))]
    },

    save: async (day: string, duties: readonly Duty[], author: string): Promise<Answer<DutyEntry[]>> => {
      const people = await Promise.all([...new Set(duties.map(({ practitioner }) => practitioner))].map((id) => records.get('Practitioner', id)))
      if (people.includes(undefined)) return refuse('not-found')
      const before = await recordOf(day)
      if (before) await records.revise('Basic', before.id, (resource) => rosterRecord(day, duties, resource), author)
      else {
        const { id } = await records.add('Basic', rosterRecord(day, duties, undefined), author, keyOf(day))
        await records.revise('Basic', id, (resource) => rosterRecord(day, duties, resource), author)
      }
      return done(await read(day))
    },
  }
}

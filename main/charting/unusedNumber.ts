import type { Replica } from '../replica'

/**
 * The next number of this station that no record here bears. A counter that was put back with a copy of the disk would
 * give numbers a second time that were given, and sent to the others, since the copy was made.
 */
export const unusedNumber = async ({ records, local }: Pick<Replica, 'records' | 'local'>, type: 'Patient' | 'ServiceRequest', counter: string, write: (count: number) => string): Promise<string> => {
  for (;;) {
    const number = write(await local.nextNumber(counter))
    if ((await records.count(type, { where: { identifier: number } })) === 0) return number
  }
}

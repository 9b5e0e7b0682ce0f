import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { allProfiles } from '../profiles'

/** The first seconds of a recording of each vitals device, by its profile; from the root of the project. */
export const vitalsRecordings = (): ReadonlyMap<string, Uint8Array> =>
  new Map(
    allProfiles()
      .filter(({ category }) => category === 'vitals')
      .map(({ id }) => {
        const folder = join('main/devices/profiles', id, 'captures')
        const name = readdirSync(folder).find((each) => each !== 'README.md' && each !== 'expected.json')!
        return [id, new Uint8Array(readFileSync(join(folder, name))).slice(0, 2_000)] as const
      }),
  )

import { devices } from '../../../resources/locales/en/devices'
import { fill, wording } from '../../components'

/** The wording of devices. */
export const t = wording(devices)

const catalogue: Readonly<Record<string, string>> = devices

/** As {@link t}, for an id that is put together at run time; the id itself where there are no words. */
export const said = (id: string, facts?: Readonly<Record<string, string | number>>): string => fill(catalogue[id] ?? id, facts)

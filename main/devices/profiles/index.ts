import astmGeneric from './astm-generic/profile.json'
import contecCms50 from './contec-cms50/profile.json'
import sysmexXn from './sysmex-xn/profile.json'
import { profileShape, type Profile } from './schema'

export { interpretMessage, type Sample, type SampleResult } from './interpret'
export type { AnalyserProfile, Profile, VitalsProfile } from './schema'

/** Every profile that comes with the product, checked when it is loaded. */
export const profiles: readonly Profile[] = [sysmexXn, contecCms50, astmGeneric].map((data) => profileShape.parse(data))

/** The profile of this id; undefined when this version does not know it. */
export const profileOf = (id: string): Profile | undefined => profiles.find((profile) => profile.id === id)

import astmGeneric from './astm-generic/profile.json'
import contecCms50 from './contec-cms50/profile.json'
import hemoscreen from './hemoscreen/profile.json'
import hl7Generic from './hl7-generic/profile.json'
import mindrayBc from './mindray-bc/profile.json'
import sysmexXn from './sysmex-xn/profile.json'
import { profileShape, type Profile } from './schema'

export { interpretMessage } from './interpret'
export { interpretHl7 } from './interpretHl7'
export { readCapture, type ReadMessage } from './readCapture'
export { codesWanted } from './worklist'
export type { Sample, SampleCurve, SampleResult } from './sample'
export type { AnalyserProfile, AstmProfile, Hl7Profile, Profile, VitalsProfile } from './schema'

/** Every profile that comes with the product, checked when it is loaded. */
export const profiles: readonly Profile[] = [sysmexXn, mindrayBc, hemoscreen, contecCms50, astmGeneric, hl7Generic].map((data) => profileShape.parse(data))

/** The profile of this id; undefined when this version does not know it. */
export const profileOf = (id: string): Profile | undefined => profiles.find((profile) => profile.id === id)

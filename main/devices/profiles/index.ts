import { builtIn } from './builtIn'
import { openShelf, type ProfileShelf } from './shelf'

export { interpretMessage } from './interpret'
export { interpretHl7 } from './interpretHl7'
export { interpretText, type ReadPage } from './interpretText'
export { readCapture, type ReadMessage } from './readCapture'
export { readVitals } from './readVitals'
export { parseByFormat } from './timeFormat'
export { codesOfTests, codesWanted } from './worklist'
export { readProfile, type ProfileFault, type ProfileFile, type ProfileShelf } from './shelf'
export type { Sample, SampleCurve, SampleResult } from './sample'
export type { AnalyserProfile, AstmProfile, Hl7Profile, Profile, TextProfile, VitalsProfile } from './schema'

/** The profiles of this process, which serves one data folder: the product's, and those that the practice put into its folder. */
let opened: ProfileShelf | undefined
const shelf = (): ProfileShelf => (opened ??= openShelf(builtIn()))

/** Every profile that can be used now. */
export const allProfiles: ProfileShelf['all'] = () => shelf().all()

/** The profile of this id; undefined when neither this version nor the practice's folder knows it. */
export const profileOf: ProfileShelf['find'] = (id) => shelf().find(id)

/** Replaces the practice's own profiles; answers which files are disabled, and why. */
export const putOwnProfiles: ProfileShelf['putOwn'] = (files) => shelf().putOwn(files)

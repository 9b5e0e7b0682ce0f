import { measureImport } from './imaging/index'
import { measureReceive } from './imaging/receive'
import { measureViewer } from './imaging/viewer'

/** What images cost: looking through and importing a disc, receiving them beside dcmtk in one run, and waiting for the viewer's pictures. */
export default async () => {
  const subjects = [await measureImport(), await measureReceive(), await measureViewer()]
  return { figures: Object.assign({}, ...subjects.map(({ figures }) => figures)), ratios: Object.assign({}, ...subjects.map(({ ratios }) => ratios)) }
}

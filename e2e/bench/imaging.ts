import { measureReceive } from './imaging/receive'

/** What images cost: receiving them beside dcmtk in one run. */
export default async () => {
  const subjects = [await measureReceive()]
  return { figures: Object.assign({}, ...subjects.map(({ figures }) => figures)), ratios: Object.assign({}, ...subjects.map(({ ratios }) => ratios)) }
}

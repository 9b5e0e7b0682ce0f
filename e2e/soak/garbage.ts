import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Collects garbage now. The database driver gives a closed file's descriptor back only when the garbage collector takes
 * the last statement made on it, and a run that opens thousands of files would end for want of descriptors.
 */
export const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
}

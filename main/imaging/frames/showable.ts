import { normalise, type Normalised } from '../normalise'
import { readFileElements } from '../readFile'
import { withoutGroups } from './oneFrame'

/** What the viewer receives of a file: as {@link normalise} makes it, and of a file of one frame with nothing hidden in functional groups. */
export const showable = async (original: Uint8Array): Promise<Normalised> => {
  const normalised = await normalise(original)
  if ('cannotShow' in normalised) return normalised
  const file = await readFileElements(normalised.bytes)
  return { bytes: (file && withoutGroups(file)) ?? normalised.bytes }
}

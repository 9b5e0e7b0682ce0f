import { useState } from 'react'
import type { FilesState } from '../../../shared/contract'
import { useAnswer, useEvent } from '../../client'

/** How images travel: asked once, then as the practice host tells it. */
export const useFilesState = (): FilesState | undefined => {
  const { value } = useAnswer('filesState')
  const [told, setTold] = useState<FilesState | undefined>()
  useEvent('filesChanged', setTold)
  return told ?? value
}

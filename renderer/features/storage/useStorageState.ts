import { useState } from 'react'
import type { StorageState } from '../../../shared/contract'
import { useAnswer, useEvent } from '../../client'

/** Room and work under way: asked once, then as the practice host tells it. */
export const useStorageState = (): StorageState | undefined => {
  const { value } = useAnswer('storageState')
  const [told, setTold] = useState<StorageState | undefined>()
  useEvent('storageChanged', setTold)
  return told ?? value
}

import { useState } from 'react'
import type { SyncState } from '../../../shared/contract'
import { useAnswer, useEvent } from '../../client'

/** The state of the link: asked once, then as the practice host tells it. */
export const useSyncState = (): SyncState | undefined => {
  const { value } = useAnswer('syncState')
  const [told, setTold] = useState<SyncState | undefined>()
  useEvent('syncStateChanged', setTold)
  return told ?? value
}

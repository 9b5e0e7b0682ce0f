import { useState } from 'react'
import type { HubState } from '../../../shared/contract'
import { useAnswer, useEvent } from '../../client'

/** The hub of this computer: asked once, then as the practice host tells it. */
export const useHubState = (): HubState | undefined => {
  const { value } = useAnswer('hubState')
  const [told, setTold] = useState<HubState | undefined>()
  useEvent('hubChanged', setTold)
  return told ?? value
}

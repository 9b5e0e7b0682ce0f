import { useState } from 'react'
import type { BackupState } from '../../../shared/contract'
import { useAnswer, useEvent } from '../../client'

/** How backups stand: asked once, then as the practice host tells it. */
export const useBackupState = (): BackupState | undefined => {
  const { value } = useAnswer('backupState')
  const [told, setTold] = useState<BackupState | undefined>()
  useEvent('backupChanged', setTold)
  return told ?? value
}

import { dicomNetwork } from '../../../../resources/locales/en/dicomNetwork'
import type { PeerUse } from '../../../../shared/contract'
import { wording } from '../../../components'

/** The wording of DICOM's network. */
export const t = wording(dicomNetwork)

/** Why the archive would not have what was received; a reason that this window does not know reads as "cannot be read". */
export const whyAside = (reason: string): string => {
  const id = `aside.why.${reason}`
  return id in dicomNetwork ? t(id as keyof typeof dicomNetwork) : t('aside.why.unreadable')
}

/** What a peer may do, in one line. */
export const usesInWords = (uses: readonly PeerUse[]): string => (uses.length === 0 ? t('use.none') : uses.map((use) => t(`use.${use}`)).join(', '))

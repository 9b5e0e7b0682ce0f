import type { OutboxState } from '../../../../shared/contract'
import { useAnswer, useEvent, type Known } from '../../../client'

/** The outbox as it is now. */
export const useOutbox = (): Known<OutboxState> => {
  const outbox = useAnswer('readOutbox')
  useEvent('imagingExchangeChanged', outbox.refresh)
  return outbox
}

import type { OutboxState } from '../../../../shared/contract'
import { useAnswer, useEvent, type Known } from '../../../client'

/** The outbox as it is now; `skip`: it is not asked for. */
export const useOutbox = (skip = false): Known<OutboxState> => {
  const outbox = useAnswer('readOutbox', undefined, { skip })
  useEvent('imagingExchangeChanged', () => {
    if (!skip) outbox.refresh()
  })
  return outbox
}

import type { OrderPriority } from '../../../shared/contract'
import { Mark } from '../../components'
import { t } from './words'

/** How soon an order is wanted; routine needs no word. */
export const Urgency = ({ priority }: { readonly priority: OrderPriority }) =>
  priority === 'routine' ? null : (
    <Mark tone={priority === 'stat' ? 'critical' : 'abnormal'} sign={priority === 'stat' ? '!!' : '!'}>
      {t(`priority.${priority}`)}
    </Mark>
  )

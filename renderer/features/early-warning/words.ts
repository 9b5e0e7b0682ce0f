import { earlyWarning } from '../../../resources/locales/en/earlyWarning'
import type { News2Sign } from '../../../shared/records/early-warning/news2'
import { vitals } from '../../../shared/records/observation/vitals'
import { wording } from '../../components'

/** The words of early warning. */
export const t = wording(earlyWarning)

/** What the row of scores is called. */
export const scoreName = t('row')

/** Signs as a list in words. */
export const signNames = (signs: readonly News2Sign[]): string => signs.map((sign) => vitals[sign].display).join(', ')

import type { ShownUnits } from '../../../shared/contract'
import { practicePreferencesIn, unitChoices } from '../../../shared/records/basic/preferences'
import { redraw } from '../../components'

let shown: ShownUnits = practicePreferencesIn(undefined).units

/** The units in which this window shows values and takes them, as the practice likes. */
export const unitsNow = (): ShownUnits => shown

/** Stands in the name of a draft of typed values; empty where they are typed in the units in which they are stored. */
export const unitsMark = (): string => {
  const marks = Object.entries(shown).flatMap(([quantity, unit]) => (unit === unitChoices[quantity as keyof ShownUnits][0] ? [] : [unit]))
  return marks.length === 0 ? '' : ` ${marks.join(' ')}`
}

/** Shows values in these units from now on. */
export const showUnits = (units: ShownUnits): void => {
  if (JSON.stringify(units) === JSON.stringify(shown)) return
  shown = units
  redraw()
}

import { tray } from '../../../resources/locales/en/tray'
import { fill, wording } from '../../components'

/** The wording of the tray. */
export const t = wording(tray)

const catalogue: Readonly<Record<string, string>> = tray

/** As {@link t}, for an id that is put together at run time; the id itself where there are no words. */
export const said = (id: string, facts?: Readonly<Record<string, string | number>>): string => fill(catalogue[id] ?? id, facts)

/** Figures after the decimal point: what a column must leave free so that its points stand below each other. */
export const decimalsOf = (text: string): number => /^\s*[<>=]*\s*-?\d+(?:\.(\d+))?\s*$/.exec(text)?.[1]?.length ?? 0

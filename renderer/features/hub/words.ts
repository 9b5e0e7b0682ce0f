import { hub } from '../../../resources/locales/en/hub'
import { sync } from '../../../resources/locales/en/sync'
import { wording } from '../../components'

/** The wording of the hub. */
export const t = wording(hub)

const problems: Readonly<Record<string, string>> = sync

/** Why a line is down, in the words of the exchange. */
export const lineProblem = (problem: string): string => problems[`problem.${problem}`] ?? problem

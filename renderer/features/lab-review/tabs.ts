import type { Action } from '../../../shared/contract'

/** The parts of the laboratory's screen. */
const labTabs = ['verify', 'verified', 'samples', 'codes', 'ranges', 'rules', 'catalogue'] as const

/** Who opens a tab that is not about verifying and configuring. */
const doors: Readonly<Partial<Record<(typeof labTabs)[number], readonly Action[]>>> = { samples: ['specimen.collect', 'specimen.receive'] }

/** The parts that a person may open. */
export const tabsFor = (actions: readonly Action[]): readonly (typeof labTabs)[number][] =>
  labTabs.filter((each) => (doors[each] ?? ['result.verify', 'lab.configure']).some((action) => actions.includes(action)))

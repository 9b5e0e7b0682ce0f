/** The parts of the laboratory's screen. */
export const labTabs = ['verify', 'codes', 'ranges', 'rules'] as const

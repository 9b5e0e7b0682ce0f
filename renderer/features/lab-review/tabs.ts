/** The parts of the laboratory's screen. */
export const labTabs = ['verify', 'verified', 'codes', 'ranges', 'rules'] as const

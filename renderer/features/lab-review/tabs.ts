/** The parts of the laboratory's screen. */
export const labTabs = ['verify', 'codes', 'rules'] as const

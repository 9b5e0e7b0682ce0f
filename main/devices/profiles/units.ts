/**
 * Writes a unit the way UCUM does, where makers only spell it differently: `10^3/uL`, `x10E3/µL` and
 * `10*3/uL` are one unit. It never converts: `g/L` stays `g/L`.
 */
export const spellUnit = (sent: string): string =>
  sent
    .trim()
    .replace(/[µμ]/g, 'u')
    .replace(/^[xX×]\s*(?=10)/, '')
    .replace(/^10[\^eE*](?=\d)/, '10*')
    .replace(/^um3$/, 'fL')

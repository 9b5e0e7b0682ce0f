/** A finger's pulse wave, 0 to 127: a steep rise, a notch, a long run-out. `phase` 0 to 1. */
export const pulseWave = (phase: number): number => {
  const main = Math.exp(-(((phase - 0.18) / 0.09) ** 2))
  const second = 0.38 * Math.exp(-(((phase - 0.45) / 0.12) ** 2))
  return Math.round(8 + 100 * Math.min(1, main + second))
}

import { liveDay } from '../day/day'

/** A person notices a wait of this long. */
const mostWaitMs = 1_000

/** `npm run soak -- clinic-day [--patients 40] [--seed 1]`: eight hours of a clinic without a network on the real application, compressed. */
export default async function soak({ patients = 40, seed = 1 }: Readonly<Record<string, number>>) {
  const startedAt = Date.now()
  const { counts, longestStep, longestWait, problems, pageErrors, waitingOut } = await liveDay({ patients, seed })
  const faults = [
    ...Object.entries(counts).flatMap(([kind, { script, kept }]) => (script === kept ? [] : [`${kept} ${kind} instead of ${script}`])),
    ...(longestStep.ms > mostWaitMs ? [`${longestStep.what} took ${longestStep.ms} ms`] : []),
    ...(longestWait.ms > mostWaitMs ? [`the window waited ${longestWait.ms} ms (${longestWait.what})`] : []),
    ...problems, ...pageErrors,
  ]
  return {
    figures: {
      seed, ...Object.fromEntries(Object.entries(counts).map(([kind, { kept }]) => [kind, kept])), 'longest step ms': longestStep.ms, 'longest wait ms': longestWait.ms,
      'waited to be sent': waitingOut.before, problems: problems.length, seconds: Math.round((Date.now() - startedAt) / 1000),
    },
    failure: faults.length > 0 ? faults.slice(0, 8).join('; ') : undefined,
  }
}

import { afterAll, expect, it } from 'vitest'
import { closeDisplay } from '../harness'
import { liveDay } from './day'

/** A machine that does much else is slow, and nothing is wrong for that; `npm run soak -- clinic-day` holds forty patients to one second. */
const mostWaitMs = 10_000

afterAll(closeDisplay)

it('B1: a day without a network, three people at one computer and devices attached: no error, and every record of the script is there', async () => {
  const { counts, longestStep, longestWait, problems, pageErrors, waitingOut } = await liveDay({ patients: 3, seed: 20_261_121 })
  for (const [kind, { script, kept }] of Object.entries(counts)) expect(kept, kind).toBe(script)
  expect(counts['signed off']?.kept).toBeGreaterThan(0)
  expect(problems).toEqual([])
  expect(pageErrors).toEqual([])
  expect(Math.max(longestStep.ms, longestWait.ms), `${longestStep.what}; ${longestWait.what}`).toBeLessThan(mostWaitMs)
  expect(waitingOut.before).toBeGreaterThan(50)
  expect(waitingOut.after).toBe(0)
})

import { say } from '../../build/ground.mjs'
import { mulberry32 } from '../../shared/standards/mulberry32'
import { beginNote, findNoteAgain, lostMs, noteField, typeAndKill } from '../draftSteps'
import { closeDisplay, launch, scratchFolder } from '../harness'

/** At most so much typing may be lost. */
const mostLostMs = 2_000
const letters = 'abcdefghij klmnopqrst uvwxyz '

/**
 * `npm run soak -- drafts [--kills 50] [--seed 20261121]`: kills the whole application again and again while a note is being
 * typed in the real window, and looks after each start how much of it is gone.
 */
export default async function soak({ kills = 50, seed = 20_261_121 }: Readonly<Record<string, number>>) {
  const next = mulberry32(seed)
  const folder = scratchFolder('soak-drafts')
  const lost: number[] = []
  let failure: string | undefined
  let letter = 0
  try {
    let running = await launch({ data: folder.path, demo: true })
    await running.painted('sign-in', 120_000)
    await beginNote(running.window, 'okafor')
    for (let kill = 1; kill <= kills && failure === undefined; kill += 1) {
      const typed = await typeAndKill(running, () => letters.charAt(letter++ % letters.length), Date.now() + 700 + next() * 2_300)
      running = await launch({ data: folder.path })
      await running.painted('sign-in', 120_000)
      const left = await findNoteAgain(running.window)
      const gone = lostMs(typed, left)
      if (gone === undefined) failure = `kill ${kill}: what came back is not how the text began`
      else {
        lost.push(gone)
        if (gone > mostLostMs) failure = `kill ${kill}: ${gone} ms of typing are gone`
      }
      if (kill % 10 === 0) say(`soak drafts: ${kill} kills, ${Math.max(...lost)} ms lost at most`)
      // The next text begins in an empty field.
      await noteField(running.window).fill('')
      await running.window.waitForTimeout(700)
    }
    await running.kill()
    const sorted = [...lost].sort((one, other) => one - other)
    return { figures: { kills: lost.length, seed, lost_most_ms: sorted.at(-1) ?? 0, lost_median_ms: sorted[Math.floor(sorted.length / 2)] ?? 0, letters: letter }, failure }
  } finally {
    await closeDisplay()
    folder.remove()
  }
}

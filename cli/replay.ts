import { readFile } from 'node:fs/promises'
import { option, UsageProblem, type Command } from './command'

/** Sends a recorded file of an analyser through journal, parser and inbox, as if it came over a line. */
export const replay: Command = {
  usage: 'replay FILE --profile P',
  about: 'send a recorded analyser file (framed, or bare records) through the device inbox, or read a recording of a vitals device',
  run: async (call, { ask }) => {
    const [file, ...more] = call.words
    const profile = option(call, 'profile')
    if (file === undefined || more.length > 0 || profile === undefined) throw new UsageProblem('replay needs one FILE and --profile P')
    const bytes = await readFile(file).catch(() => undefined)
    if (!bytes) return { ok: false, lines: ['the file cannot be read'], json: { problem: 'file-unreadable' } }
    const answer = await ask('replayCapture', { profile, capture: Uint8Array.from(bytes) })
    if (!answer.ok) return { ok: false, lines: [answer.problem.kind], json: answer }
    const { messages, refusedFrames, samples, vitals } = answer.value
    if (vitals) {
      const numbers = [vitals.medians, ...vitals.measurements.map((each) => each.numbers)].map((each) => Object.entries(each).map(([code, value]) => `${code} ${value}`).join(', '))
      return {
        ok: vitals.usable > 0 || vitals.measurements.length > 0,
        lines: [...numbers.filter((line) => line !== ''), `${vitals.samples} samples, ${vitals.usable} usable, ${vitals.measurements.length} measurements, ${vitals.refused} refused`],
        json: { profile, ...answer.value },
      }
    }
    const lines = samples.map(({ accession, state, reason, results }) => [accession || '(no number)', reason ? `${state}: ${reason}` : state, `${results} results`].join('  '))
    return {
      ok: messages > 0,
      lines: [...(messages > 0 ? [] : ['the file holds no message that this profile can read']), ...lines, `${messages} messages, ${refusedFrames} frames refused`],
      json: { profile, ...answer.value },
    }
  },
}

import { readCapture, type Profile } from '../profiles'
import { entriesOf, replayVitals } from './replay'

/**
 * What a profile's own recordings are to give, as `captures/expected.json` beside it says: name of the recording → for an
 * analyser one entry for each tube; for a vitals device the medians of its stream, or its measurements, in one entry each.
 */
export type Expectations = Readonly<Record<string, readonly ExpectedSample[]>>

/** One tube, or one set of numbers. */
export interface ExpectedSample {
  /** The number on the tube; left out for vitals devices. */
  readonly sample?: string
  readonly control?: boolean
  /** `code value unit flag`, as far as they are there; a result that would wait in the tray ends with `! why`. */
  readonly results: readonly string[]
}

/** What a profile makes of a recording, in the words of an expectation. */
export const samplesOf = (recording: Uint8Array, profile: Profile): ExpectedSample[] => {
  if (profile.category === 'vitals') {
    const { medians, measurements } = replayVitals(recording, profile)
    return [medians, ...measurements.map(({ numbers }) => numbers)].map((numbers) => ({ results: Object.entries(numbers).map(([code, value]) => `${code} ${value}`) })).filter(({ results }) => results.length > 0)
  }
  return entriesOf(recording, profile).entries.flatMap(({ message }) =>
    message
      ? readCapture(message.text, profile).flatMap(({ samples, isReadable }) =>
          samples.map(({ accession, isQualityControl, results }) => ({
            sample: accession,
            ...(isQualityControl ? { control: true } : {}),
            results: results.map(({ line, trouble }) =>
              [line.code, line.value === undefined ? line.text : `${line.comparator ?? ''}${line.value}`, line.unit, line.flag, trouble && `! ${trouble}`, isReadable && message.complete ? undefined : '! unreadable'].filter((part) => part !== undefined && part !== '').join(' '),
            ),
          })),
        )
      : [],
  )
}

/** The first recording that gives something else than its profile's own tests say, with what it gives; undefined: all are as expected. */
export const failedTest = (profile: Profile, recordings: ReadonlyMap<string, Uint8Array>, expected: Expectations): string | undefined => {
  for (const [name, samples] of Object.entries(expected)) {
    const recording = recordings.get(name)
    if (!recording) return `${name}: there is no such recording`
    const given = samplesOf(recording, profile)
    for (let index = 0; index < Math.max(given.length, samples.length); index++) {
      const [is, shall] = [given[index], samples[index]]
      if (!is || !shall) return `${name}: ${given.length} samples, expected ${samples.length}`
      const difference = differenceOf(is, shall)
      if (difference !== undefined) return `${name}: ${difference}`
    }
  }
  return undefined
}

const differenceOf = (is: ExpectedSample, shall: ExpectedSample): string | undefined => {
  // The number itself may be a patient's, where a recording is not made up.
  if ((is.sample ?? '') !== (shall.sample ?? '')) return 'the number on the tube is another'
  if ((is.control ?? false) !== (shall.control ?? false)) return is.control ? 'a tube is taken for a control' : 'a control is not known as one'
  const at = Array.from({ length: Math.max(is.results.length, shall.results.length) }).findIndex((_, index) => is.results[index] !== shall.results[index])
  return at < 0 ? undefined : `“${is.results[at] ?? 'nothing'}”, expected “${shall.results[at] ?? 'nothing'}”`
}

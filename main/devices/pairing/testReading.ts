import type { TestReading } from '../../../shared/contract'
import type { Fit } from '../detect'

/** Tubes that are shown: the newest. */
const shownSamples = 4
/** Results of one tube that are shown. */
const shownResults = 200

/** What a fit shows of the device's words, without what it says of a patient. */
export const testReadingOf = ({ profile, messages = [], vitals }: Fit): TestReading => {
  const readable = messages.filter(({ isReadable }) => isReadable)
  const newest = vitals?.measurements.at(-1)?.numbers ?? vitals?.medians ?? {}
  return {
    profile: profile.id,
    samples: readable
      .flatMap(({ samples }) => samples)
      .slice(-shownSamples)
      .map(({ accession, isQualityControl, results }) => ({
        accession,
        isQualityControl,
        results: results.slice(0, shownResults).map(({ line, trouble }) => ({ ...line, ...(trouble === undefined ? {} : { trouble }) })),
      })),
    numbers: (Object.entries(newest) as [TestReading['numbers'][number]['code'], number][]).map(([code, value]) => ({ code, value })),
    read: vitals ? vitals.samples + vitals.measurements.length : readable.length,
    faulty: vitals ? vitals.refused : messages.filter(({ isWhole, isReadable }) => isWhole && !isReadable).length,
  }
}

import { refusedAmong } from '../../main/sync/testing/refusedAmong'

/**
 * `npm run soak -- refused [--documents 10000]`: one forbidden, one oversized and one malformed record among many; the rest must arrive, and the
 * three be listed with reasons. Against the hub, or the server in COUCHDB_URL.
 */
export default async function soak({ documents = 10_000 }: Readonly<Record<string, number>>) {
  const { held, compareMs, ...figures } = await refusedAmong(documents)
  const kinds = held.map(({ kind }) => kind).sort().join()
  const isRight = figures.arrived === documents && kinds === 'forbidden,malformed,too-large' && held.every(({ refused }) => refused) && figures.agreement === 'agrees'
  return {
    figures: { ...figures, firstCompareMs: compareMs[0], nextCompareMs: compareMs[1], ...Object.fromEntries(held.map(({ kind, refused }) => [`reason ${kind}`, refused])) },
    failure: isRight ? undefined : `${figures.arrived} of ${documents} arrived, listed: ${kinds}, agreement: ${figures.agreement}`,
  }
}

import type { PlacedDocument, SegmentTrailer } from './segment'
import { type BackupSet, type Point, segmentsBack } from './set'
import type { Slices } from './slices'

/**
 * The documents of a backup, each once, in its newest version, tombstones included; the latest written first. Every
 * segment is checked before anything of it goes out, so an end without an error means that all was there.
 *
 * @param passed told of each segment that was read whole
 * @throws {BackupProblem} `backup-damaged`; what came before it was right
 */
export async function* newestVersions(set: BackupSet, point: Point, slices: Slices, passed?: (trailer: SegmentTrailer, number: number) => void): AsyncIterable<PlacedDocument> {
  const seen = { records: new Set<string>(), local: new Set<string>() }
  for await (const segment of segmentsBack(set, point)) {
    for await (const content of segment.contents('backward')) {
      await slices.rest()
      if (content.kind !== 'documents') continue
      for (const placed of content.documents) {
        if (seen[placed.collection].has(placed.document.id)) continue
        seen[placed.collection].add(placed.document.id)
        yield placed
      }
    }
    passed?.(segment.trailer, segment.header.number)
  }
}
